using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 28's exercise: delete the body of Guided, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter28
{
    #region guided
    /// <summary>
    /// Mean of the Gaussian that comes of guiding, s times the way, from N(mean, v) to N(given, v).
    /// </summary>
    public static double Guided(double mean, double given, double s) => mean + s * (given - mean);
    #endregion

    static DenoiseRows Of(double mean, double v) => (z, logSnr, data) =>
    {
        double alpha = Diffuse.Alpha(new F64(logSnr)).V, sigma = Diffuse.Sigma(new F64(logSnr)).V;
        for (var i = 0; i < z.Length; i++)
            data[i] = mean + alpha * v / (alpha * alpha * v + sigma * sigma) * (z[i] - alpha * mean);
    };

    [Test]
    public void Goes_to_a_Gaussian_further_away([Values(0, 1, 3)] double s)
    {
        const double mean = 0.4, given = -1, v = 0.3;
        var guided = Guidance.Of(Of(mean, v), Of(given, v), s, columns: 1);
        double[] z = [-2, 0.1, 1.7], answers = new double[3], exact = new double[3];
        foreach (var logSnr in (double[])[-6, 0, 5])
        {
            guided(z, logSnr, answers);
            Of(Guided(mean, given, s), v)(z, logSnr, exact);
            Assert.That(answers, Is.EqualTo(exact).Within(1e-12));
        }
    }
}
