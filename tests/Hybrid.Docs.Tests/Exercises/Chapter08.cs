using Hybrid.Autodiff;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 8's exercise: delete the body of Gradients, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter08
{
    const int B = 5, K = 3, N = 2;

    #region gradients
    /// <summary>The adjoints of w[K, N] and bias[N] in y = tanh(x·w + bias), from y and dy.</summary>
    static (double[] DW, double[] DBias) Gradients(float[] x, double[] y, double[] dy)
    {
        double[] dw = new double[K * N], dBias = new double[N];
        for (var b = 0; b < B; b++)
            for (var n = 0; n < N; n++)
            {
                var dPre = dy[b * N + n] * (1 - y[b * N + n] * y[b * N + n]);
                dBias[n] += dPre;
                for (var k = 0; k < K; k++) dw[k * N + n] += x[b * K + k] * dPre;
            }
        return (dw, dBias);
    }
    #endregion

    [Test]
    public void Agrees_with_the_plan()
    {
        using var device = new HostDevice(1);
        var random = new Random(8);
        float[] x = Draw(B * K), target = Draw(B * N), w = Draw(K * N), bias = Draw(N);
        var parameters = new Parameters(device, [Spec("w", K, N), Spec("b", N, 1)]);
        device.Upload(w, parameters.Value("w"));
        device.Upload(bias, parameters.Value("b"));
        var graph = new Graph();
        var y = graph.Affine(
            graph.Input("x", B, K), graph.Parameter("w", K, N), graph.Parameter("b", N, 1), Activation.Tanh);
        // With log σ² = 0 the likelihood's adjoint of its mean is y − target.
        var nll = graph.GaussianNllRows(graph.Input("target", B, N), y, graph.Scalar("logVar", 1));
        var plan = Plan.Training(device, graph, parameters, 1, [(nll, "weight")], [y]);
        device.Upload(x, plan.Input("x"));
        device.Upload(target, plan.Input("target"));
        plan.Set("weight", 1);
        plan.Set("logVar", 0);
        plan.Run(0);

        var outputs = Array.ConvertAll(device.ToArray(plan.TensorOf(y)), v => (double)v);
        var (dw, dBias) = Gradients(x, outputs, [.. outputs.Zip(target, (a, b) => a - b)]);

        // At most B products of numbers below 4, each a few roundings of 2⁻²⁴ relative.
        var tolerance = 8 * B * 4 * Math.ScaleB(1, -24);
        Assert.Multiple(() =>
        {
            Assert.That(device.ToArray(parameters.GradientOf("w")), Is.EqualTo(dw).Within(tolerance));
            Assert.That(device.ToArray(parameters.GradientOf("b")), Is.EqualTo(dBias).Within(tolerance));
        });

        float[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextSingle() - 0.5f)];
    }

    static ParameterSpec Spec(string name, int rows, int cols) => new(name, new(rows, cols));
}
