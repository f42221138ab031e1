using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Docs.Tests.Exercises;

#region reverse-kl
/// <summary>KL divergence of N(0, 1) from N(μ, e^ℓ): the other direction, per dimension, in nats.</summary>
public readonly struct KlFromStandardNormal : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T mu, T logVar) where T : unmanaged, ILane<T>
    {
        var precision = T.Exp(-logVar);
        return T.Const(0.5) * T.Fma(mu * mu, precision, T.Expm1(-logVar) + logVar);
    }
}
#endregion

/// <summary>Chapter 1's exercise: delete the body above, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter01
{
    static readonly (double Mu, double LogVar)[] Points = [(0, 0), (1, 0), (-0.5, 1.5), (2, -3), (3, 0.01)];

    [TestCaseSource(nameof(Points))]
    public void Is_the_general_KL_with_the_arguments_swapped((double Mu, double LogVar) at)
    {
        F64 mu = new(at.Mu), logVar = new(at.LogVar), zero = new(0);
        var general = KlGaussian.Apply(zero, zero, mu, logVar).V;

        // Both are a handful of roundings of numbers no larger than the general form's terms.
        var terms = 1 + Math.Abs(at.LogVar) + (1 + at.Mu * at.Mu) * Math.Exp(-at.LogVar);
        var tolerance = 16 * Math.ScaleB(1, -52) * terms;
        Assert.That(KlFromStandardNormal.Apply(mu, logVar).V, Is.EqualTo(general).Within(tolerance));
    }

    [TestCaseSource(nameof(Points))]
    public void Keeps_its_float32_promise((double Mu, double LogVar) at)
    {
        float mu = (float)at.Mu, logVar = (float)at.LogVar;
        var bound = KlFromStandardNormal.Apply(new Bound32(mu), new Bound32(logVar));

        Assert.That(bound.Contains(KlFromStandardNormal.Apply(new F32(mu), new F32(logVar)).V));
    }
}
