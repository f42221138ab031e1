using System.Globalization;
using Hybrid.Devices;
using Hybrid.Information;

namespace Hybrid.Training;

/// <summary>A VAE for every β, and the frontier that they trace (Alemi et al. 2018, arXiv:1711.00464).</summary>
/// <remarks>
/// A folder holds <c>frontier.json</c> (what was asked for, and the finished points) and one run for each β. A
/// sweep that was stopped trains no finished β again, and continues the one in progress from its checkpoint.
/// </remarks>
public sealed class RateDistortionSweep
{
    readonly List<RateDistortionPoint> points;
    string? fingerprint;

    RateDistortionSweep(string folder, SweepFile file)
    {
        (Folder, Options, Betas) = (folder, file.Options, file.Betas);
        (fingerprint, Entropy, points) = (file.Data, file.Entropy, [.. file.Points]);
    }

    public string Folder { get; }

    /// <summary>Of every run but for its β.</summary>
    public VaeRunOptions Options { get; private set; }

    /// <summary>Rising.</summary>
    public IReadOnlyList<double> Betas { get; }

    /// <summary>H of the test set as the model sees it, nats; null for densities and before a β is done.</summary>
    public double? Entropy { get; private set; }

    public bool IsFinished => points.Count == Betas.Count;

    /// <summary>The points that are finished.</summary>
    public RateDistortionFrontier Frontier => new(points, Entropy);

    /// <summary>A new sweep; nothing is written before it runs.</summary>
    /// <param name="options">Of every run but for its β.</param>
    /// <param name="betas">Different weights.</param>
    /// <param name="folder">Of the sweep.</param>
    /// <exception cref="UserError">
    /// A β is out of range or there twice, or the folder holds a sweep already.
    /// </exception>
    public static RateDistortionSweep Start(VaeRunOptions options, IReadOnlyList<double> betas, string folder)
    {
        if (string.IsNullOrWhiteSpace(folder))
            throw new UserError("--out", "names no folder", "name one, such as runs/frontier");
        var rising = betas.Order().ToArray();
        for (var i = 0; i < rising.Length; i++)
        {
            _ = (options with { Beta = rising[i] }).Validated();
            if (i > 0 && rising[i] == rising[i - 1])
                throw new UserError(
                    FormattableString.Invariant($"--betas {rising[i]}"), "is there twice", "give it once");
        }
        if (System.IO.File.Exists(SweepFile.In(folder)))
            throw new UserError(folder, "already holds a sweep",
                "continue it with --resume, or give another folder with --out");
        return new(folder, new(options, rising, null, null, []));
    }

    /// <summary>A stopped sweep.</summary>
    /// <exception cref="UserError">The folder holds none, or it cannot be read.</exception>
    public static RateDistortionSweep Resume(string folder) => new(folder, SweepFile.Read(folder));

    /// <summary>Trains what is not finished, until done or cancelled; the file is written after each β.</summary>
    /// <param name="open">A device for one β; its memory is given back after it.</param>
    /// <param name="watch">Told of each run before it trains.</param>
    /// <param name="finished">Told after each β.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public void Run(Func<Device> open, Action<VaeRun> watch, Action<RateDistortionSweep> finished,
        CancellationToken cancellation)
    {
        foreach (var beta in Betas)
        {
            if (points.Any(point => point.Beta == beta)) continue;
            if (cancellation.IsCancellationRequested) return;
            using var device = open();
            var run = Continue(device, beta);
            if (fingerprint is null) Begin(run);
            if (fingerprint != run.Trainer.TrainingSet.Fingerprint)
                throw new UserError(Options.Data, "holds other images than when the sweep started",
                    "give back the old ones, or start another sweep");
            watch(run);
            run.Run(cancellation);
            if (!run.Trainer.IsFinished) return;
            Entropy ??= EntropyOf(run.Trainer);
            var test = run.Trainer.History[^1].Test;
            points.Add(new(beta, test.Reconstruction, test.Kl, test.MutualInformation, test.ActiveUnits));
            Save();
            finished(this);
        }
    }

    VaeRun Continue(Device device, double beta)
    {
        var folder = Path.Combine(Folder, "beta-" + beta.ToString(CultureInfo.InvariantCulture));
        var options = Options with { Beta = beta };
        if (!System.IO.File.Exists(Path.Combine(folder, VaeRun.CheckpointName)))
            return VaeRun.Start(device, options, folder);
        var run = VaeRun.Resume(device, folder, epochs: null);
        return run.Trainer.Options.ToJson() == options.ToJson()
            ? run
            : throw new UserError(folder, "holds a run with other options", "give another folder with --out");
    }

    // The first run has made its folder: from now on the sweep can be stopped and continued, from any folder.
    void Begin(VaeRun run)
    {
        Options = run.Trainer.Options with { Beta = Options.Beta };
        fingerprint = run.Trainer.TrainingSet.Fingerprint;
        Save();
    }

    // The account is over N images as they were drawn, so their H is that of N equal chances. A Gaussian's D is a
    // log-density, and the entropy that belongs to it cannot be had from a sample.
    static double? EntropyOf(VaeTrainer trainer)
    {
        if (!trainer.Options.Binarize) return null;
        var (drawn, _) = trainer.Evaluation.Reconstruct(int.MaxValue);
        return EmpiricalEntropy.Of(drawn, trainer.Vae.Shape.DataDim);
    }

    /// <summary>The sweep as it stands, as <c>frontier.json</c> has it, in one line.</summary>
    public string ToJson() => File.ToJson();

    SweepFile File => new(Options, [.. Betas], fingerprint, Entropy, [.. points]);

    void Save() => File.Write(Folder);
}
