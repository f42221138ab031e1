using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>B rows, K inputs, N outputs of a layer.</summary>
public readonly record struct Layer(int B, int K, int N)
{
    public override string ToString() => $"{B}x{K}x{N}";
}

[TestFixture]
public sealed class AffineTests
{
    /// <summary>
    /// Edges of tiles (8, 4 and fewer rows; 1 to 3 lanes), primes, more than a block of k, shared and not;
    /// three slabs of a transposed A; more rows than a cache holds.
    /// </summary>
    static readonly Layer[] Layers =
    [
        new(1, 1, 1), new(3, 2, 1), new(8, 5, 48), new(8, 48, 49), new(9, 16, 47), new(13, 17, 19),
        new(12, 31, 33), new(128, 64, 20), new(128, 20, 40), new(37, 101, 103), new(67, 1031, 131),
        new(5, 1700, 7), new(523, 11, 61), new(128, 130, 400), new(1100, 515, 50),
        new(8210, 257, 9),
    ];

    static readonly Activation[] Activations = Enum.GetValues<Activation>();

    [Test]
    public void A_layer_and_its_gradients_are_ascending_chains([ValueSource(nameof(Layers))] Layer l)
    {
        float[] x = Sample.Uniform(l.B * l.K, 1), w = Sample.Uniform(l.K * l.N, 2);
        float[] bias = Sample.Uniform(l.N, 3), dy = Sample.Uniform(l.B * l.N, 4);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor tx = bed.In(x, l.B, l.K), tw = bed.In(w, l.K, l.N), tdy = bed.In(dy, l.B, l.N);
            Tensor y = bed.Out(l.B, l.N), dx = bed.Out(l.B, l.K), dw = bed.Out(l.K, l.N), db = bed.Out(l.N, 1);
            bed.Ops.Affine(tx, tw, bed.In(bias, l.N, 1), Activation.Identity, y);
            bed.Ops.AffineGradInput(tdy, tw, Activation.Identity, default, dx);
            bed.Ops.AffineGradWeight(tx, tdy, dw, db);
            return [y, dx, dw, db];
        });
        AssertChains(outputs[0], l.B, l.N, l.K,
            (b, k) => x[b * l.K + k], (k, n) => w[k * l.N + n], n => bias[n]);
        AssertChains(outputs[1], l.B, l.K, l.N, (b, n) => dy[b * l.N + n], (n, k) => w[k * l.N + n], null);
        AssertChains(outputs[2], l.K, l.N, l.B, (k, b) => x[b * l.K + k], (b, n) => dy[b * l.N + n], null);
        // 1·dy is exact, so the sum is the same chain.
        AssertChains(outputs[3], l.N, 1, l.B, (n, b) => dy[b * l.N + n], (_, _) => 1, null);
    }

    /// <summary>C[M, N] bit by bit, and within depth·U·Σ|a||b| of the exact product.</summary>
    static void AssertChains(float[] c, int rows, int cols, int depth,
        Func<int, int, float> a, Func<int, int, float> b, Func<int, float>? bias)
    {
        Assert.That(c, Has.Length.EqualTo(rows * cols));
        for (var m = 0; m < rows; m++)
            for (var n = 0; n < cols; n++)
            {
                var chain = 0f;
                double exact = 0, size = 0;
                for (var k = 0; k < depth; k++)
                {
                    float p = a(m, k), q = b(k, n);
                    chain = MathF.FusedMultiplyAdd(p, q, chain);
                    exact += (double)p * q;
                    size += Math.Abs((double)p * q);
                }
                if (bias is not null)
                {
                    chain += bias(n);
                    exact += bias(n);
                }
                var actual = c[m * cols + n];
                var error = 1.01 * U * (depth * size + Math.Abs(exact));
                if (BitConverter.SingleToInt32Bits(actual) != BitConverter.SingleToInt32Bits(chain)
                    || Math.Abs(actual - exact) > error)
                    Assert.Fail(
                        $"C[{m}, {n}] is {actual:R}; the chain {chain:R}, exactly {exact:R} ± {error:R}.");
            }
    }

    [Test]
    public void The_activation_follows_the_bias([ValueSource(nameof(Activations))] Activation act)
    {
        Layer l = new(21, 65, 83);
        float[] x = Sample.Uniform(l.B * l.K, 5), w = Sample.Uniform(l.K * l.N, 6, -0.2, 0.2);
        var bias = Sample.Uniform(l.N, 7);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor tx = bed.In(x, l.B, l.K), tw = bed.In(w, l.K, l.N), tb = bed.In(bias, l.N, 1);
            Tensor fused = bed.Out(l.B, l.N), linear = bed.Out(l.B, l.N), y = bed.Out(l.B, l.N);
            Tensor both = bed.Out(l.B, l.N), pre = bed.Out(l.B, l.N);
            bed.Ops.Affine(tx, tw, tb, act, fused);
            bed.Ops.Affine(tx, tw, tb, act, both, pre);
            bed.Ops.Affine(tx, tw, tb, Activation.Identity, linear);
            bed.Ops.Activate(act, linear, y);
            return [fused, y, both, pre, linear];
        });
        Everywhere.AssertSameBits(outputs[0], outputs[1], "fused and apart");
        Everywhere.AssertSameBits(outputs[2], outputs[1], "fused with its input kept, and apart");
        Everywhere.AssertSameBits(outputs[3], outputs[4], "the input kept, and the linear layer");
    }

    [Test]
    public void The_slope_follows_the_adjoint_of_the_input(
        [ValueSource(nameof(Activations))] Activation act, [ValueSource(nameof(SlopeLayers))] Layer l)
    {
        float[] dy = Sample.Uniform(l.B * l.N, 8), w = Sample.Uniform(l.K * l.N, 9, -0.2, 0.2);
        var known = Sample.Uniform(l.B * l.K, 10, -2, 2);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor tdy = bed.In(dy, l.B, l.N), tw = bed.In(w, l.K, l.N), tk = bed.In(known, l.B, l.K);
            Tensor fused = bed.Out(l.B, l.K), bare = bed.Out(l.B, l.K), apart = bed.Out(l.B, l.K);
            bed.Ops.AffineGradInput(tdy, tw, act, tk, fused);
            bed.Ops.AffineGradInput(tdy, tw, Activation.Identity, default, bare);
            bed.Ops.ActivateGrad(act, tk, bare, apart);
            return [fused, apart];
        });
        Everywhere.AssertSameBits(outputs[0], outputs[1], "fused and apart");
    }

    static readonly Layer[] SlopeLayers = [new(21, 83, 65), new(9, 47, 1031), new(128, 400, 20), new(3, 1, 2)];

    [Test]
    public void Sums_ascend_in_k_and_are_fused([Values(3, 1600)] int depth)
    {
        const float Big = 1 << 24, A = 1 + 1f / 4096;
        // Ascending: (2²⁴ + 1) − 2²⁴ = 0; in any other order 1.
        var order = new float[depth];
        (order[0], order[depth / 2], order[depth - 1]) = (Big, 1, -Big);
        // −(1 + 2⁻¹¹) + a·a = 2⁻²⁴ only if a·a = 1 + 2⁻¹¹ + 2⁻²⁴ is not rounded.
        float[] left = new float[depth], right = new float[depth];
        (left[0], right[0]) = (-(1 + 1f / 2048), 1);
        (left[depth - 1], right[depth - 1]) = (A, A);
        var ones = new float[depth];
        Array.Fill(ones, 1);
        var y = Everywhere.Same(bed =>
        {
            Tensor first = bed.Out(1, 1), second = bed.Out(1, 1), zero = bed.In([0], 1, 1);
            bed.Ops.Affine(bed.In(order, 1, depth), bed.In(ones, depth, 1), zero, Activation.Identity, first);
            bed.Ops.Affine(
                bed.In(left, 1, depth), bed.In(right, depth, 1), zero, Activation.Identity, second);
            return [first, second];
        });
        Assert.That(y[0][0], Is.Zero);
        Assert.That(y[1][0], Is.EqualTo(1f / (1 << 24)));
    }
}
