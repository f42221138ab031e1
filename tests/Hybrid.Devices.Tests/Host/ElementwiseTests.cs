using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

[TestFixture]
public sealed class ElementwiseTests
{
    static readonly Shape[] Shapes = Shape.Awkward;

    static readonly Activation[] Activations = Enum.GetValues<Activation>();

    [Test]
    public void Fill_writes_its_value([ValueSource(nameof(Shapes))] Shape s)
    {
        var y = Everywhere.Same(bed =>
        {
            var y = bed.Out(s.B, s.D);
            bed.Ops.Fill(y, 0.1f);
            return y;
        });
        Assert.That(y, Is.All.EqualTo(0.1f));
    }

    [Test]
    public void Add_rounds_the_exact_sum_once([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] x = Sample.Uniform(s, 1), y = Sample.Uniform(s, 2);
        var sum = Everywhere.Same(bed =>
        {
            var to = bed.In(y, s.B, s.D);
            bed.Ops.Add(bed.In(x, s.B, s.D), to);
            return to;
        });
        for (var i = 0; i < sum.Length; i++) Assert.That(sum[i], Is.EqualTo((float)((double)x[i] + y[i])));
    }

    [Test]
    public void GatherRows_copies_the_rows_that_the_indices_name([ValueSource(nameof(Shapes))] Shape s)
    {
        var source = Sample.Uniform(new Shape(11, s.D), 3);
        int[] indices = [.. Enumerable.Range(0, s.B).Select(b => b * 7 % 11)];
        var y = Everywhere.Same(bed =>
        {
            var to = bed.Out(s.B, s.D);
            bed.Ops.GatherRows(bed.In(source, 11, s.D), bed.In(indices), to);
            return to;
        });
        for (var i = 0; i < y.Length; i++)
            Assert.That(y[i], Is.EqualTo(source[indices[i / s.D] * s.D + i % s.D]));
    }

    [Test]
    public void GatherRows_refuses_a_row_that_is_not_there() => Assert.That(
        () => Everywhere.Same(bed =>
        {
            var y = bed.Out(1, 4);
            bed.Ops.GatherRows(bed.In(new float[8], 2, 4), bed.In([2]), y);
            return y;
        }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Row 2 of 2"));

    [Test]
    public void Activate_is_the_activation(
        [ValueSource(nameof(Activations))] Activation act, [ValueSource(nameof(Shapes))] Shape s)
    {
        var x = Sample.Uniform(s, 4, -6, 6);
        var y = Everywhere.Same(bed =>
        {
            var to = bed.Out(s.B, s.D);
            bed.Ops.Activate(act, bed.In(x, s.B, s.D), to);
            return to;
        });
        Bound(y, i => ExactActivation.Value(act, x[i]));
    }

    [Test]
    public void ActivateGrad_is_the_chain_rule(
        [ValueSource(nameof(Activations))] Activation act, [ValueSource(nameof(Shapes))] Shape s)
    {
        var readsOutput = act is Activation.Relu or Activation.Tanh or Activation.Sigmoid;
        float[] x = Sample.Uniform(s, 5, -6, 6), dy = Sample.Uniform(s, 6);
        var known = readsOutput ? [.. x.Select(v => (float)ExactActivation.Value(act, v).Exact)] : x;
        var dx = Everywhere.Same(bed =>
        {
            // In place: dx is dy.
            var adjoint = bed.In(dy, s.B, s.D);
            bed.Ops.ActivateGrad(act, bed.In(known, s.B, s.D), adjoint, adjoint);
            return adjoint;
        });
        Bound(dx, i =>
        {
            var (slope, error) = ExactActivation.Slope(act, known[i]);
            return (dy[i] * slope, Math.Abs(dy[i]) * error + U * Math.Abs(dy[i] * slope));
        });
    }

    [Test]
    public void ActivateGrad_may_write_elsewhere()
    {
        float[] x = Sample.Uniform(40, 7), dy = Sample.Uniform(40, 8);
        var both = Everywhere.Same(bed =>
        {
            Tensor known = bed.In(x, 4, 10), adjoint = bed.In(dy, 4, 10), other = bed.Out(4, 10);
            bed.Ops.ActivateGrad(Activation.Gelu, known, adjoint, other);
            bed.Ops.ActivateGrad(Activation.Gelu, known, adjoint, adjoint);
            return [other, adjoint];
        });
        Everywhere.AssertSameBits(both[0], both[1], "in place");
    }

    [Test]
    public void A_clipped_gradient_is_no_longer_than_its_limit([Values(1, 1024, 2500)] int n, [Values(0.5f, 100f)] float limit)
    {
        var g = Sample.Uniform(n, 13, 0.1, 1);
        var chunks = (n - 1) / GradientClip.Chunk + 1;
        var outputs = Everywhere.Same(bed =>
        {
            Tensor clipped = bed.In(g, n, 1), parts = bed.Out(chunks, 1), squares = bed.Out(1, 1);
            bed.Ops.SquareSums(clipped, parts);
            bed.Ops.Sum(parts, 1, squares);
            bed.Ops.ClipNorm(clipped, squares, limit);
            return [clipped, squares];
        }, onlyDense: true);

        // A square rounds once, a chunk's sum 32 + 5 times, the chunks' likewise; positive terms add no more.
        var exact = g.Sum(v => (double)v * v);
        Bound(outputs[1], _ => (exact, U * exact * (1 + 37 + (chunks + 31) / 32 + 5)));
        var factor = Math.Min(1, limit / Math.Sqrt(exact));
        // Half of the sum's error through the root; the root, the quotient and the product round once.
        Bound(outputs[0], i => (factor * g[i], U * factor * g[i] * (3 + 0.5 * (1 + 37 + (chunks + 31) / 32 + 5))));
    }

    [Test]
    public void Adam_makes_the_step_of_the_paper([Values(1, 31, 100, 40_007)] int n)
    {
        const double Rate = 1e-3, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8, WeightDecay = 0.01;
        float[] p = Sample.Uniform(n, 9), g = Sample.Uniform(n, 10), m = Sample.Uniform(n, 11);
        var v = Sample.Uniform(n, 12, 0.1, 1);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor[] state = [bed.In(p, n, 1), bed.In(m, n, 1), bed.In(v, n, 1)];
            bed.Ops.Adam(state[0], bed.In(g, n, 1), state[1], state[2],
                AdamStep.At(3, Rate, Beta1, Beta2, Epsilon, WeightDecay));
            return state;
        }, onlyDense: true);

        double M(int i) => Beta1 * m[i] + (1 - Beta1) * g[i];
        double V(int i) => Beta2 * v[i] + (1 - Beta2) * g[i] * g[i];
        // 1 − β is rounded, the difference is rounded, the result is rounded; g² is, too.
        Bound(outputs[1], i => (M(i), U * (2 * (1 - Beta1) * Math.Abs(g[i] - m[i]) + Math.Abs(M(i)))));
        Bound(outputs[2], i =>
            (V(i), U * (V(i) + (1 - Beta2) * (2 * Math.Abs(g[i] * g[i] - v[i]) + g[i] * g[i]))));
        Bound(outputs[0], i =>
        {
            double mHat = M(i) / (1 - Math.Pow(Beta1, 3)), vHat = V(i) / (1 - Math.Pow(Beta2, 3));
            var step = Rate * mHat / (Math.Sqrt(vHat) + Epsilon);
            var exact = p[i] - Rate * WeightDecay * p[i] - step;
            // m cancels, so its error is taken from its parts; v̂, √, +, ÷ and three constants add theirs.
            var mError = (2 * (1 - Beta1) * Math.Abs(g[i] - m[i]) + Math.Abs(M(i))) / Math.Abs(M(i));
            return (exact, U * (Math.Abs(step) * (mError + 12) + 2 * Math.Abs(p[i])));
        });
    }
}
