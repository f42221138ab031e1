using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a mixture's fit.</summary>
public sealed record MixtureRunOptions
{
    /// <summary><c>grid</c>, <c>rings</c>, <c>moons</c>, or the path of a CSV file.</summary>
    public string Data { get; init; } = "grid";

    /// <summary>K.</summary>
    public int Components { get; init; } = 25;

    /// <summary>Steps of EM at most.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>EM has converged where a step gains less, nats per row.</summary>
    public double Tolerance { get; init; } = 1e-7;

    /// <summary>Of the rows where the means begin, and of data made here.</summary>
    public ulong Seed { get; init; }

    /// <exception cref="UserError">An option is out of range; the message names it.</exception>
    public MixtureRunOptions Validated()
    {
        if (Components is < 1 or > 65_536)
            throw new UserError($"--components {Components}", "is not a number of components", "give 1 to 65,536");
        if (Steps is < 1 or > 1_000_000)
            throw new UserError($"--steps {Steps}", "is not a number of steps", "give 1 to 1,000,000");
        if (!(Tolerance >= 0))
            throw new UserError(FormattableString.Invariant($"--tolerance {Tolerance}"), "is not a gain in nats",
                "give a number from 0");
        return this;
    }
}

/// <summary>One step of EM.</summary>
/// <param name="Step">1, 2, …</param>
/// <param name="LogLikelihood">Mean log p(x) before it, nats per row.</param>
/// <param name="Gain">Over the step before; NaN for the first.</param>
public readonly record struct MixtureReport(int Step, double LogLikelihood, double Gain);

/// <summary>Fits a mixture of Gaussians by EM, from seeds in the data or from a saved mixture.</summary>
public sealed class MixtureRun
{
    const string KindKey = "hybrid.model", Kind = "mixture";

    readonly double tolerance;
    readonly int most;

    /// <exception cref="UserError">The data cannot be read or do not fit the options.</exception>
    public MixtureRun(Device device, MixtureRunOptions options, MixtureParameters? start = null)
    {
        var components = start?.K ?? options.Components;
        Points = Points.Load(options.Data, options.Seed).RequireSpread(components);
        if (start is not null && start.D != Points.D)
            throw new UserError(options.Data, $"has {Points.D} columns, the saved mixture {start.D}",
                "give the data that it was fitted to");
        (tolerance, most) = (options.Tolerance, options.Steps);
        start ??= MixtureSeeds.Choose(Points.Values, Points.D, components, options.Seed);
        Fit = new(device, Points.Values, start);
    }

    public Points Points { get; }

    public ExpectationMaximization Fit { get; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>The last step gained less than the tolerance.</summary>
    public bool Converged { get; private set; }

    /// <summary>Mean log p(x) at the end, nats per row; NaN before a run.</summary>
    public double LogLikelihood { get; private set; } = double.NaN;

    /// <summary>
    /// Steps until one gains less than the tolerance, or the steps are used up or cancelled.
    /// </summary>
    public void Run(Action<MixtureReport> afterStep, CancellationToken cancellation)
    {
        var before = double.NaN;
        while (Steps < most && !Converged && !cancellation.IsCancellationRequested)
        {
            var likelihood = Fit.Step();
            Steps++;
            Converged = likelihood - before < tolerance;
            afterStep(new(Steps, likelihood, likelihood - before));
            before = likelihood;
        }
        LogLikelihood = Fit.LogLikelihood();
    }

    /// <summary>Writes the parameters: <c>weights</c> [K], <c>mu</c> and <c>logVar</c> [K, D].</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public void Save(string path)
    {
        var p = Fit.Parameters;
        SafetensorsFile.Write(
            path,
            [
                NamedTensor.Of("weights", p.Weights, p.K), NamedTensor.Of("mu", p.Mu, p.K, p.D),
                NamedTensor.Of("logVar", p.LogVar, p.K, p.D),
            ],
            new Dictionary<string, string> { [KindKey] = Kind });
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="UserError">It is something else, or damaged.</exception>
    public static MixtureParameters Read(string path)
    {
        var file = SafetensorsFile.Read(path);
        if (file.Metadata.GetValueOrDefault(KindKey) != Kind)
            throw new UserError(path, "is not a mixture of Hybrid", "give a file that 'hybrid train mixture' wrote");
        var shape = file["mu"].Shape;
        if (shape is not [var K and > 0 and < 1 << 20, var D and > 0 and < 1 << 20])
            throw new UserError(path, "its means are not a table", "use a file of this version");
        var weights = file.Doubles("weights", K);
        float[] mu = file.Floats("mu", (int)K, (int)D), logVar = file.Floats("logVar", (int)K, (int)D);
        if (weights.Any(w => !(w > 0 && w <= 1)) || mu.Concat(logVar).Any(v => !float.IsFinite(v)))
            throw new UserError(path, "holds numbers that no mixture has", "fit it again");
        return new((int)D, weights, mu, logVar);
    }
}
