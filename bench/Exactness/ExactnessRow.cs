using Hybrid.Devices;

namespace Hybrid.Bench.Exactness;

/// <summary>One figure that has an exact value, beside what the kernels reached.</summary>
/// <param name="Name">Experiment and quantity, such as <c>linear-beta-vae/beta=4/rate</c>.</param>
/// <param name="Exact">From Hybrid.Theory: closed form or quadrature.</param>
/// <param name="Measured">From parameters that were trained on the kernels.</param>
/// <param name="Tolerance">Largest |measured − exact| that passes.</param>
/// <param name="Unit">nats, 1 …</param>
/// <param name="Seconds">What the experiment behind the row took.</param>
public sealed record ExactnessRow(
    string Name, double Exact, double Measured, double Tolerance, string Unit, double Seconds)
{
    /// <summary>Whether the measured value lies within the tolerance; NaN does not.</summary>
    public bool Pass => Math.Abs(Measured - Exact) <= Tolerance;
}

/// <summary>Something to train whose result is known.</summary>
/// <param name="Name">Prefix of its rows.</param>
/// <param name="About">What is trained, how long and on what data, in one line.</param>
/// <param name="Run">Trains on a device that it opens and disposes of, and compares.</param>
public sealed record ExactnessExperiment(
    string Name, string About, Func<Func<Device>, IReadOnlyList<ExactnessRow>> Run);
