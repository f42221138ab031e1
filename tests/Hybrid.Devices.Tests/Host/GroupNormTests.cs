using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Devices.Tests.Host;

/// <summary>Group norm: the bits of plain loops in every lane, whoever shares the work.</summary>
[TestFixture]
public sealed class GroupNormTests
{
    /// <summary>Groups of 1, 3, 40 and 12 channels; the last is shared among workers.</summary>
    static readonly GroupShape[] Shapes =
        [new(1, 1, 1, 1), new(2, 33, 5, 5), new(2, 31, 33, 11), new(1, 9, 80, 2), new(5, 49, 96, 8)];

    static IEnumerable<object[]> Cases() =>
        from shape in Shapes
        from act in Enum.GetValues<Activation>()
        where act is Activation.Identity or Activation.Silu || shape == Shapes[1]
        select new object[] { shape, act };

    [TestCaseSource(nameof(Cases))]
    public void Values_moments_and_adjoints_are_the_documented_ones(GroupShape s, Activation act)
    {
        float[] x = Sample.Uniform(s.Rows * s.C, 1, -1, 3), dy = Sample.Uniform(s.Rows * s.C, 2);
        float[] gain = Sample.Uniform(s.C, 3), bias = Sample.Uniform(s.C, 4);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor input = bed.In(x, s.Rows, s.C), bar = bed.In(dy, s.Rows, s.C), gains = bed.In(gain, s.C, 1);
            Tensor y = bed.Out(s.Rows, s.C), moments = bed.Out(s.N, 2 * s.Groups), dx = bed.Out(s.Rows, s.C);
            Tensor sums = bed.Out(s.N, s.C), products = bed.Out(s.N, s.C), biases = bed.In(bias, s.C, 1);
            bed.Ops.GroupNorm(input, gains, biases, s, act, y, moments);
            bed.Ops.GroupNormSums(input, moments, gains, biases, bar, s, act, sums, products);
            bed.Ops.GroupNormGrad(input, moments, gains, biases, bar, sums, products, s, act, dx);
            return [y, moments, sums, products, dx];
        });
        for (var n = 0; n < s.N; n++)
            for (var g = 0; g < s.Groups; g++)
                MustBe(outputs, new(s, act, x, dy, gain, bias, n, g));
    }

    static void MustBe(float[][] outputs, Group group)
    {
        var s = group.Shape;
        var (mean, inverse) = (outputs[1][group.N * 2 * s.Groups + group.G],
            outputs[1][group.N * 2 * s.Groups + s.Groups + group.G]);
        Assert.That(mean, Is.EqualTo(group.Mean), "mean");
        Assert.That(inverse, Is.EqualTo(group.Inverse), "inverse deviation");
        for (var c = group.G * s.Channels; c < (group.G + 1) * s.Channels; c++)
        {
            Assert.That(outputs[2][group.N * s.C + c], Is.EqualTo(group.Sum(c)), "sums");
            Assert.That(outputs[3][group.N * s.C + c], Is.EqualTo(group.Product(c)), "products");
            for (var p = 0; p < s.Pixels; p++)
            {
                var at = (group.N * s.Pixels + p) * s.C + c;
                Assert.That(outputs[0][at], Is.EqualTo(group.Value(at, c)), "y");
                Assert.That(outputs[4][at], Is.EqualTo(group.InputAdjoint(at, c)), "dx");
            }
        }
    }

    /// <summary>One group of one image, in plain float loops.</summary>
    sealed class Group
    {
        readonly Activation act;
        readonly float[] x, dy, gain, bias;
        readonly float meanAdjoint, correlation;

        public Group(
            GroupShape shape, Activation act, float[] x, float[] dy, float[] gain, float[] bias, int n, int g)
        {
            (Shape, this.act, this.x, this.dy, this.gain, this.bias, N, G) = (shape, act, x, dy, gain, bias, n, g);
            Mean = shape.InverseCount * Channels(c => Pixels(c, at => x[at]), chain: false);
            var variance = shape.InverseCount
                * Channels(c => Pixels(c, at => (x[at] - Mean) * (x[at] - Mean)), chain: false);
            Inverse = 1 / MathF.Sqrt(variance + shape.Epsilon);
            meanAdjoint = shape.InverseCount * Channels(Sum, chain: true);
            correlation = shape.InverseCount * Channels(Product, chain: true);
        }

        public GroupShape Shape { get; }

        public int N { get; }

        public int G { get; }

        public float Mean { get; }

        public float Inverse { get; }

        float Pixels(int c, Func<int, float> value) =>
            PixelOrder.Sum(Shape.Pixels, p => value((N * Shape.Pixels + p) * Shape.C + c));

        float Channels(Func<int, float> value, bool chain)
        {
            var sum = 0f;
            for (var c = G * Shape.Channels; c < (G + 1) * Shape.Channels; c++)
                sum = chain ? MathF.FusedMultiplyAdd(gain[c], value(c), sum) : sum + value(c);
            return sum;
        }

        float Normalized(int at) => (x[at] - Mean) * Inverse;

        float Before(int at, int c) => MathF.FusedMultiplyAdd(Normalized(at), gain[c], bias[c]);

        float Adjoint(int at, int c) => dy[at] * ActivationChoice.Derivative(
            act, new(act is Activation.Silu or Activation.Gelu ? Before(at, c) : Value(at, c))).V;

        public float Sum(int c) => Pixels(c, at => Adjoint(at, c));

        public float Product(int c) => Pixels(c, at => Adjoint(at, c) * Normalized(at));

        public float Value(int at, int c) => ActivationChoice.Value(act, new(Before(at, c))).V;

        public float InputAdjoint(int at, int c) => Inverse * MathF.FusedMultiplyAdd(
            -Normalized(at), correlation, Adjoint(at, c) * gain[c] - meanAdjoint);
    }
}
