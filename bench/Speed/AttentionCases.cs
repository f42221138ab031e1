using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>The passes of attention: forward, towards its queries, towards its keys and values.</summary>
static class AttentionCases
{
    const string Heads = "heads of a small transformer";

    /// <param name="problems">Batch × heads.</param>
    /// <param name="length">Queries, and keys, of each.</param>
    public static IEnumerable<OperationCase> All(int problems, int length) =>
        Passes(new(problems, length, length, 64, 64), Heads);

    public static IEnumerable<OperationCase> Passes(AttentionShape shape, string reason) =>
        [Forward(shape, reason), GradQuery(shape, reason), GradKeyValue(shape, reason)];

    static OperationCase Forward(AttentionShape s, string reason) => new(
        nameof(IOps.Attention), s.ToString(), reason, Attention.Cost(s), Attention.Ladder, device =>
        {
            var (q, k, v) = (Queries(device, s), Keys(device, s), Values(device, s));
            Tensor y = device.Arena.Allocate(s.Queries, s.Dv), logSum = device.Arena.Allocate(s.Queries, 1);
            return new(() => device.Ops.Attention(q, k, v, s, y, logSum), y, logSum)
            {
                Rungs = BoundRung.Of(device, Attention.Ladder,
                    on => new(on(q), on(k), on(v), on(y), on(logSum), s)),
            };
        })
    { FirstRungTolerance = OwnOrder(s) };

    static OperationCase GradQuery(AttentionShape s, string reason) => new(
        nameof(IOps.AttentionGradQuery), s.ToString(), reason, AttentionGradQuery.Cost(s),
        AttentionGradQuery.Ladder, device =>
        {
            var (q, k, v) = (Queries(device, s), Keys(device, s), Values(device, s));
            var (dy, logSum, delta) = Adjoints(device, s);
            var dq = device.Arena.Allocate(s.Queries, s.D);
            return new(() => device.Ops.AttentionGradQuery(q, k, v, dy, logSum, delta, s, dq), dq)
            {
                Rungs = BoundRung.Of(device, AttentionGradQuery.Ladder,
                    on => new(on(q), on(k), on(v), on(dy), on(logSum), on(delta), on(dq), s)),
            };
        });

    static OperationCase GradKeyValue(AttentionShape s, string reason) => new(
        nameof(IOps.AttentionGradKeyValue), s.ToString(), reason, AttentionGradKeyValue.Cost(s),
        AttentionGradKeyValue.Ladder, device =>
        {
            var (q, k, v) = (Queries(device, s), Keys(device, s), Values(device, s));
            var (dy, logSum, delta) = Adjoints(device, s);
            Tensor dk = device.Arena.Allocate(s.Keys, s.D), dv = device.Arena.Allocate(s.Keys, s.Dv);
            return new(
                () => device.Ops.AttentionGradKeyValue(q, k, v, dy, logSum, delta, s, dk, dv), dk, dv)
            {
                Rungs = BoundRung.Of(device, AttentionGradKeyValue.Ladder,
                    on => new(on(q), on(k), on(v), on(dy), on(logSum), on(delta), on(dk), on(dv), s)),
            };
        });

    static Tensor Queries(Device device, AttentionShape s) => device.Uniform(s.Queries, s.D, 0, 1, 1);

    static Tensor Keys(Device device, AttentionShape s) => device.Uniform(s.Keys, s.D, 0, 1, 2);

    static Tensor Values(Device device, AttentionShape s) => device.Uniform(s.Keys, s.Dv, 0, 1, 3);

    static (Tensor DY, Tensor LogSum, Tensor Delta) Adjoints(Device device, AttentionShape s) =>
        (device.Uniform(s.Queries, s.Dv, -1, 1, 4), device.Uniform(s.Queries, 1, 4, 8, 5),
            device.Uniform(s.Queries, 1, -1, 1, 6));

    /// <summary>Two orders of the same sums of positive terms, in units of 2⁻²⁴.</summary>
    /// <remarks>
    /// Scores are equal bits in [0, √D). Above and below the quotient, either order rounds each term at most once
    /// per key, and passes a weight through at most one exponential for each block of keys and one more: that
    /// function's own error, a product, and arguments whose roundings add up to √D. L is at least log S, above 1
    /// for three keys, so that its relative error is no larger.
    /// </remarks>
    static double OwnOrder(AttentionShape s)
    {
        var blocks = (s.S - 1) / Reduce.Partials + 1;
        var weight = (blocks + 1) * (2 * LaneMath.MaxUlp.Exp + 1) + Math.Sqrt(s.D);
        return 2 * (2 * (weight + s.S) + 1) * Math.ScaleB(1, -24);
    }
}
