using Hybrid.Information;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 27's exercise: delete the body of Rate, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter27
{
    #region rate
    /// <summary>What a draw z of N(mu, e^logVar) costs in one dimension under a prior of −log p(z), nats.</summary>
    public static double Rate(double z, double mu, double logVar, double surprise) =>
        surprise - 0.5 * (Math.Log(2 * Math.PI) + logVar + (z - mu) * (z - mu) * Math.Exp(-logVar));
    #endregion

    [TestCase(0.3, 0.1, -1.2, 2.0)]
    [TestCase(-2, 1, 0.5, 0.25)]
    public void Is_the_accounts(double z, double mu, double logVar, double surprise)
    {
        var codes = new Training.VaeCodes([(float)mu], [(float)logVar], [(float)z], [0], [0]);
        var account = LatentAccount.Of(0, codes.LogPosterior(), [surprise], 0);
        // Codes are float32: a relative error of 2⁻²⁴ in each, times slopes below 10.
        Assert.That(Rate(z, mu, logVar, surprise), Is.EqualTo(account.Rate).Within(1e-5));
    }
}
