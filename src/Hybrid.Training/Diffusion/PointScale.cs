using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>Mean and standard deviation of each column: what is learnt is (x − mean)/deviation.</summary>
/// <remarks>A picture's grey levels go to [−1, 1], all alike: mean and deviation are both 127.5.</remarks>
public sealed record PointScale(double[] Mean, double[] Deviation)
{
    /// <summary>Half of the range of grey levels.</summary>
    const double MiddleGrey = 127.5;

    /// <summary>Of points, or of pictures.</summary>
    public static PointScale Of(Points points)
    {
        if (points.Picture is not null)
        {
            double[] middle = [.. Enumerable.Repeat(MiddleGrey, points.D)];
            return new(middle, middle);
        }
        double[] mean = new double[points.D], deviation = new double[points.D];
        for (var i = 0; i < points.Values.Length; i++) mean[i % points.D] += points.Values[i] / points.N;
        for (var i = 0; i < points.Values.Length; i++)
            deviation[i % points.D] += Math.Pow(points.Values[i] - mean[i % points.D], 2) / points.N;
        for (var d = 0; d < points.D; d++) deviation[d] = Math.Sqrt(deviation[d]);
        return new(mean, deviation);
    }

    /// <summary>
    /// What −log p of the scaled points must gain to be that of the points, nats: Σ_d ln deviation.
    /// </summary>
    public double LogVolume
    {
        get
        {
            var sum = 0.0;
            foreach (var deviation in Deviation) sum += Math.Log(deviation);
            return sum;
        }
    }

    /// <summary>The points with mean 0 and variance 1, row-major.</summary>
    public double[] Apply(ReadOnlySpan<float> values)
    {
        var scaled = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            scaled[i] = (values[i] - Mean[i % Mean.Length]) / Deviation[i % Mean.Length];
        return scaled;
    }

    /// <summary>The way back, in place.</summary>
    public void Undo(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(Mean[i % Mean.Length] + Deviation[i % Mean.Length] * values[i]);
    }
}
