using System.Diagnostics;
using System.Globalization;
using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>Densities and probabilities as integrals of squared errors, with the best denoisers.</summary>
/// <remarks>
/// Least errors by a sum over data and noise of what the denoiser gets wrong; integrals by the product's logistic
/// draws, whose tolerance is four of the standard errors that the product states.
/// </remarks>
static class ImmseIntegrals
{
    const int Draws = 200_000;

    public static ExactnessExperiment Experiment => new("immse", FormattableString.Invariant(
        $"I-MMSE with the best denoisers of a sign, a mixture and scg, {Draws} draws each; nothing is trained"),
        _ => Run());

    static IReadOnlyList<ExactnessRow> Run()
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<ExactnessRow>();
        foreach (var gamma in (double[])[0.1, 0.5, 1, 2, 4, 8])
            rows.Add(Row($"sign/mmse({Text(gamma)})", ImmSe.SignMmse(gamma),
                Mmse(DiffusionOracles.Sign, [(-1, 0.5), (1, 0.5)], gamma), 1e-9));
        foreach (var gamma in (double[])[0.01, 0.1, 0.5, 1, 2, 5, 10, 100])
            rows.Add(Row($"mixture/mmse({Text(gamma)})", DiffusionOracles.Line.Mmse(gamma),
                Mmse(DiffusionOracles.Line, LineData(), gamma), 1e-9));

        var sign = ImmseEstimate.Discrete(
            DiffusionOracles.Denoise(DiffusionOracles.Sign), [-1, 1], 1, new(0, 1, 12), Draws, seed: 1);
        rows.Add(Estimate("sign/entropy", Math.Log(2), sign));
        var line = ImmseEstimate.Continuous(DiffusionOracles.Denoise(DiffusionOracles.Line),
            LineDraws(Draws), [-0.1], [3.047],
            LogSnrSampling.For([3.047]) with { Scale = 2, Clip = 12 }, Draws, seed: 2);
        rows.Add(Estimate("mixture/entropy", DiffusionOracles.Line.EntropyNats(), line));
        const double Rho = DiffusionOracles.ScgCorrelation;
        double scgEntropy = MultivariateGaussian.EntropyNats(new[,] { { 1, Rho }, { Rho, 1 } });
        var scg = ImmseEstimate.Continuous(DiffusionOracles.Denoise(DiffusionOracles.Scg),
            ScgDraws(Draws), [0, 0], [1, 1],
            LogSnrSampling.For([1 - Rho, 1 + Rho]), Draws, seed: 3);
        rows.Add(Estimate("scg/nll", scgEntropy, scg));
        double integral = ImmSe.EntropyNats(1, new(DiffusionOracles.Line.Mmse));
        var quadrature = Row("mixture/entropy-by-quadrature", DiffusionOracles.Line.EntropyNats(), integral, 1e-9);
        rows.Add(quadrature with { Unit = "nats" });
        var seconds = watch.Elapsed.TotalSeconds;
        return [.. rows.Select(row => row with { Seconds = seconds })];
    }

    /// <summary>E(x − x̂)² at z = √γ·x + ε: trapezia over the noise, to which all of it is smooth.</summary>
    static double Mmse(MixtureOracle oracle, IReadOnlyList<(double X, double Weight)> data, double gamma)
    {
        const int Points = 401;
        double[] x = new double[Points], eps = new double[Points];
        var denoise = DiffusionOracles.Denoise(oracle);
        double sum = 0;
        for (var i = 0; i < Points; i++) eps[i] = (i - Points / 2) * (10.0 / (Points / 2));
        foreach (var (at, weight) in data)
        {
            Array.Fill(x, at);
            var errors = DenoiserError.Noise(denoise, x, eps, 1, Math.Log(gamma));
            for (var i = 0; i < Points; i++)
                sum += weight * errors[i] / gamma * Math.Exp(-0.5 * eps[i] * eps[i]) / Math.Sqrt(Math.Tau)
                    * (10.0 / (Points / 2));
        }
        return sum;
    }

    /// <summary>The mixture's data by trapezia in each component.</summary>
    static List<(double X, double Weight)> LineData()
    {
        var data = new List<(double, double)>();
        (double, double, double)[] components = [(0.3, -2, 0.5), (0.5, 0, 1), (0.2, 2.5, 0.4)];
        foreach (var (weight, mean, spread) in components)
            for (var i = -80; i <= 80; i++)
            {
                var u = i / 10.0;
                data.Add((mean + spread * u, weight * 0.1 * Math.Exp(-0.5 * u * u) / Math.Sqrt(Math.Tau)));
            }
        return data;
    }

    static double[] LineDraws(int N)
    {
        var random = new Random(20260101);
        var x = new double[N];
        for (var i = 0; i < N; i++)
        {
            var u = random.NextDouble();
            var (mean, spread) = u < 0.3 ? (-2, 0.5) : u < 0.8 ? (0, 1.0) : (2.5, 0.4);
            x[i] = mean + spread * MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
        }
        return x;
    }

    static double[] ScgDraws(int N)
    {
        var random = new Random(20260102);
        var x = new double[2 * N];
        for (var i = 0; i < N; i++)
        {
            x[2 * i] = MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
            x[2 * i + 1] = DiffusionOracles.ScgCorrelation * x[2 * i]
                + Math.Sqrt(1 - Math.Pow(DiffusionOracles.ScgCorrelation, 2))
                * MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
        }
        return x;
    }

    static ExactnessRow Estimate(string name, double exact, ImmseEstimate estimate) =>
        Row(name, exact, estimate.Nats, 4 * estimate.StandardError) with { Unit = "nats" };

    static string Text(double gamma) => gamma.ToString(CultureInfo.InvariantCulture);

    static ExactnessRow Row(string name, double exact, double measured, double tolerance) =>
        new($"immse/{name}", exact, measured, tolerance, "1", 0);
}
