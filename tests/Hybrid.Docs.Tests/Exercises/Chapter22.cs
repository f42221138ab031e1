using Hybrid.Models;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 22's exercise: delete the body of Step, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter22
{
    #region step
    /// <summary>Weights of z and x̂ of DDIM from one level to another, α² + σ² = 1.</summary>
    public static (double Z, double X) Step(double alpha, double sigma, double nextAlpha, double nextSigma) =>
        (nextSigma / sigma, nextAlpha - alpha * nextSigma / sigma);
    #endregion

    [Test]
    public void Is_the_step_of_ddim()
    {
        double[] levels = [-2, 0.5, double.PositiveInfinity];
        var moves = Samplers.Ddim(levels).Acts.OfType<SamplerAct.Move>().ToArray();
        for (var i = 0; i < moves.Length; i++)
        {
            var (z, x) = Step(Alpha(levels[i]), Alpha(-levels[i]), Alpha(levels[i + 1]), Alpha(-levels[i + 1]));
            Assert.That(moves[i].Z, Is.EqualTo(z).Within(1e-15));
            Assert.That(moves[i].Answers[0], Is.EqualTo(x).Within(1e-15));
        }

        // σ of λ is α of −λ.
        static double Alpha(double logSnr) => 1 / Math.Sqrt(1 + Math.Exp(-logSnr));
    }
}
