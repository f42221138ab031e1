namespace Hybrid.Bench.Exactness;

/// <summary>One figure that theory knows, beside what the kernels made of it.</summary>
/// <param name="Name">Experiment and figure: <c>ppca/nll</c>.</param>
/// <param name="Exact">The closed form.</param>
/// <param name="Measured">What training or sampling gave.</param>
/// <param name="Tolerance">The largest difference that passes.</param>
/// <param name="Unit">Of the three numbers: nats, 1 …</param>
/// <param name="Pass">Whether it does.</param>
/// <param name="Seconds">What it took to measure.</param>
public sealed record ExactnessRow(
    string Name, double Exact, double Measured, double Tolerance, string Unit, bool Pass, double Seconds);

/// <summary>An experiment with a known answer.</summary>
/// <param name="Name">Its rows' names start with it and a slash.</param>
/// <param name="Run">Measures; rows may come one by one.</param>
public sealed record ExactnessExperiment(string Name, Func<IEnumerable<ExactnessRow>> Run);
