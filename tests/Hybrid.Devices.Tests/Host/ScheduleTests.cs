using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

/// <summary>Every schedule is its formula, on every kind of lane.</summary>
[TestFixture]
public sealed class ScheduleTests
{
    /// <summary>A curve of each kind, over the inner part of its time.</summary>
    internal static NoiseCurve Curve(NoiseCurveKind kind) => kind switch
    {
        NoiseCurveKind.StraightLine => new(kind, 0, 1, 13.3f, -5, 0),
        NoiseCurveKind.LinearBeta => new(kind, 0.001f, 0.999f, 0.1f, 20, 0),
        NoiseCurveKind.Sigmoid => new(kind, 0.01f, 0.98f, -3, 3, 0),
        NoiseCurveKind.Karras => new(kind, 0, 1, 0.002f, 80, 7),
        _ => new(kind, 0, 1, 0, 0, 0),
    };

    [Test]
    public void Is_its_formula([Values] NoiseCurveKind kind, [Values(1, 17, 3000)] int n)
    {
        var (t, curve) = (Sample.Uniform(n, 3, 0, 1), Curve(kind));
        var logSnr = Everywhere.Same(bed =>
        {
            var to = bed.Out(n, 1);
            bed.Ops.ScheduleLogSnr(curve, bed.In(t, n, 1), to);
            return to;
        });
        Assert.That(logSnr, Is.EqualTo(t.Select(at => NoiseCurve.At<F32>(
            kind, new(at), new(curve.Start), new(curve.Length), new(curve.First), new(curve.Last), new(curve.Rho)).V)));
    }
}
