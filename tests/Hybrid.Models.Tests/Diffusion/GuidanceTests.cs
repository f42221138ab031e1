namespace Hybrid.Models.Tests;

/// <summary>Guidance of Gaussians is a Gaussian that is known.</summary>
[TestFixture]
public class GuidanceTests
{
    static readonly DenoiseRows Free = LinearDenoiser.Of(1), Given = LinearDenoiser.Of(0.25);

    static readonly double[] Z = [0.7, -1.1, 0.2, 1.9, -0.4, 0.3];

    static double[] Ask(DenoiseRows denoise, double logSnr)
    {
        var data = new double[Z.Length];
        denoise(Z, logSnr, data);
        return data;
    }

    [Test]
    public void Goes_from_free_over_given_and_on([Values(0, 1, 3)] double scale)
    {
        double[] free = Ask(Free, 1), given = Ask(Given, 1);
        var guided = Ask(Guidance.Of(Free, Given, scale, 3), 1);
        for (var i = 0; i < Z.Length; i++)
            Assert.That(guided[i], Is.EqualTo(free[i] + scale * (given[i] - free[i])).Within(1e-15));
    }

    [Test]
    public void Brings_the_spread_back([Values(0.7, 1)] double part,
        [Values(PredictionTarget.Velocity, PredictionTarget.Noise)] PredictionTarget target)
    {
        const double LogSnr = 0.5;
        double[] Answers(DenoiseRows denoise) => [.. Ask(denoise, LogSnr).Zip(Z, (x, z) =>
            Prediction.Convert(PredictionTarget.Data, target, x, z, LogSnr))];
        double Spread(IEnumerable<double> row)
        {
            var mean = row.Average();
            return Math.Sqrt(row.Average(y => (y - mean) * (y - mean)));
        }
        var rescaled = Answers(Guidance.Of(Free, Given, 3, 3, part, target));
        var guided = Answers(Guidance.Of(Free, Given, 3, 3));
        var given = Answers(Given);
        for (var row = 0; row < 2; row++)
        {
            var part3 = ..3;
            if (row == 1) part3 = 3..;
            Assert.That(Spread(rescaled[part3]),
                Is.EqualTo(part * Spread(given[part3]) + (1 - part) * Spread(guided[part3])).Within(1e-14));
        }
    }

    [Test]
    public void Refuses_what_is_no_part()
    {
        Assert.That(() => Guidance.Of(Free, Given, 3, 3, 1.5), Throws.ArgumentException);
        Assert.That(() => Guidance.Of(Free, Given, 3, 1, 0.7), Throws.ArgumentException);
    }
}
