using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>One step of EM.</summary>
/// <param name="Step">1, 2, …</param>
/// <param name="LogLikelihood">Mean log p(x) before it, nats per row.</param>
/// <param name="Gain">Over the step before; NaN for the first.</param>
public readonly record struct MixtureReport(int Step, double LogLikelihood, double Gain);

/// <summary>Fits a mixture of Gaussians by EM, from seeds in the data or from a saved mixture.</summary>
public sealed class MixtureRun
{
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
        Options = options with { Data = Points.FullName(options.Data), Components = components };
        start ??= MixtureSeeds.Choose(Points.Values, Points.D, components, options.Seed);
        Fit = new(device, Points.Values, start);
    }

    /// <summary>As a checkpoint names them: usable from any folder.</summary>
    public MixtureRunOptions Options { get; }

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
}
