namespace Hybrid.Information;

/// <summary>The mean of independent numbers, and how far it may be from what it estimates.</summary>
/// <param name="Mean">Σ x / N.</param>
/// <param name="StandardError">
/// √(Σ (x − mean)² / (N − 1) / N); 0 of one number, which says nothing of its own.
/// </param>
public readonly record struct SampleMean(double Mean, double StandardError)
{
    /// <summary>Of these numbers.</summary>
    public static SampleMean Of(ReadOnlySpan<double> numbers)
    {
        double mean = 0, squares = 0;
        foreach (var x in numbers) mean += x / numbers.Length;
        foreach (var x in numbers) squares += (x - mean) * (x - mean);
        return new(mean, Math.Sqrt(squares / Math.Max(1, numbers.Length - 1) / numbers.Length));
    }
}
