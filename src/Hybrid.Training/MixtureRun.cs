using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a mixture's fit.</summary>
public sealed record MixtureRunOptions
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

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

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="UserError">It is something else; <paramref name="source"/> names the file.</exception>
    public static MixtureRunOptions FromJson(string json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize<MixtureRunOptions>(json, Json) is { Data: not null } options
                ? options.Validated()
                : throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new UserError(source, "its run options cannot be read", "use a checkpoint of this version", e);
        }
    }

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
