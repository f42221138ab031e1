namespace Hybrid.Devices.Tests.Host;

/// <summary>Adaptive layer norm, gates and transposed blocks against plain double loops.</summary>
[TestFixture]
public sealed class ModulationTests
{
    /// <summary>
    /// Errors of a row: a sum of D numbers below 3 errs by D·u·3, D = 133, and what is normalised is divided by a
    /// deviation of about 1.7: 10⁻⁴ holds a hundred times that.
    /// </summary>
    const double Allowed = 1e-4;

    [Test]
    public void Rows_are_normalised_and_modulated([Values(1, 2, 31, 33, 133)] int D, [Values(1, 4)] int T)
    {
        const int C = 3;
        float[] x = Sample.Uniform(C * T * D, 1, -3, 3), h = Sample.Uniform(C * T * D, 4);
        float[] shift = Sample.Uniform(C * D, 2), scale = Sample.Uniform(C * D, 3);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor rows = bed.In(x, C * T, D), b = bed.In(shift, C, D), s = bed.In(scale, C, D);
            Tensor y = bed.Out(C * T, D), statistics = bed.Out(C * T, 2), gated = bed.Out(C * T, D);
            bed.Ops.ModulatedLayerNorm(rows, b, s, y, statistics);
            bed.Ops.AddGated(rows, bed.In(h, C * T, D), s, gated);
            return [y, gated];
        });
        double[] Of(float[] values, int row) => [.. values.Skip(row * D).Take(D).Select(v => (double)v)];
        for (var row = 0; row < C * T; row++)
        {
            Assert.That(Of(outputs[0], row), Is.EqualTo(Exact(
                Of(x, row), Of(shift, row / T), Of(scale, row / T))).Within(Allowed));
            Assert.That(Of(outputs[1], row), Is.EqualTo(
                Enumerable.Range(0, D).Select(d => x[row * D + d] + (double)scale[row / T * D + d] * h[row * D + d]))
                .Within(1e-6));
        }
    }

    static double[] Exact(double[] x, double[] shift, double[] scale)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + Formulas.InverseDeviation.DefaultEpsilon);
        return [.. x.Select((v, d) => (v - mean) / deviation * (1 + scale[d]) + shift[d])];
    }

    /// <summary>Adjoints of rows against differences in double, sums over a condition's rows against loops.</summary>
    [Test]
    public void Adjoints_are_differences([Values(2, 31, 33)] int D, [Values(1, 4)] int T)
    {
        const int C = 3;
        float[] x = Sample.Uniform(C * T * D, 1, -3, 3), scale = Sample.Uniform(C * D, 3);
        float[] dy = Sample.Uniform(C * T * D, 4), h = Sample.Uniform(C * T * D, 5);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor rows = bed.In(x, C * T, D), s = bed.In(scale, C, D), bar = bed.In(dy, C * T, D);
            Tensor y = bed.Out(C * T, D), statistics = bed.Out(C * T, 2), dx = bed.Out(C * T, D);
            Tensor dShift = bed.Out(C, D), dScale = bed.Out(C, D), dh = bed.Out(C * T, D), dGate = bed.Out(C, D);
            bed.Ops.ModulatedLayerNorm(rows, s, s, y, statistics);
            bed.Ops.ModulatedLayerNormGrad(rows, s, statistics, bar, dx);
            bed.Ops.ModulationGrad(rows, statistics, bar, dShift, dScale);
            bed.Ops.AddGatedGrad(bed.In(h, C * T, D), s, bar, dh, dGate);
            return [dx, dShift, dScale, dh, dGate];
        });
        double[] Row(int row) => [.. x.Skip(row * D).Take(D).Select(v => (double)v)];
        double[] By(int condition) => [.. scale.Skip(condition * D).Take(D).Select(v => (double)v)];
        const double step = 1e-6;
        for (var row = 0; row < C * T; row++)
            for (var d = 0; d < D; d++)
            {
                double[] up = Row(row), down = Row(row);
                (up[d], down[d]) = (up[d] + step, down[d] - step);
                double[] above = Exact(up, By(row / T), By(row / T)), below = Exact(down, By(row / T), By(row / T));
                var slope = Enumerable.Range(0, D).Sum(i => dy[row * D + i] * (above[i] - below[i]) / (2 * step));
                // Two columns that almost agree have a deviation near 0, and an error of 1/deviation².
                var mean = Row(row).Average();
                var variance = Row(row).Average(v => (v - mean) * (v - mean)) + Formulas.InverseDeviation.DefaultEpsilon;
                Assert.That(outputs[0][row * D + d], Is.EqualTo(slope).Within(1e-5 / variance));
            }
        for (var c = 0; c < C; c++)
            for (var d = 0; d < D; d++)
            {
                double shift = 0, slope = 0, gate = 0;
                for (var row = c * T; row < (c + 1) * T; row++)
                {
                    shift += dy[row * D + d];
                    slope += dy[row * D + d] * Exact(Row(row), new double[D], new double[D])[d];
                    gate += (double)dy[row * D + d] * h[row * D + d];
                    Assert.That(outputs[3][row * D + d], Is.EqualTo(dy[row * D + d] * scale[c * D + d]));
                }
                Assert.That(outputs[1][c * D + d], Is.EqualTo(shift).Within(1e-6));
                Assert.That(outputs[2][c * D + d], Is.EqualTo(slope).Within(Allowed));
                Assert.That(outputs[4][c * D + d], Is.EqualTo(gate).Within(1e-6));
            }
    }

    [TestCase(3, 4, 7, 4)]
    [TestCase(2, 9, 3, 33)]
    public void Blocks_change_places(int matrices, int high, int places, int width)
    {
        var x = Sample.Uniform(matrices * high * places * width, 1);
        var y = Everywhere.Same(bed =>
        {
            var blocks = bed.Out(matrices * places, high * width);
            bed.Ops.TransposeBlocks(bed.In(x, matrices * high, places * width), high, width, blocks);
            return [blocks];
        })[0];
        for (var i = 0; i < y.Length; i++)
        {
            int row = i / (high * width), column = i % (high * width);
            Assert.That(y[i], Is.EqualTo(x[(row / places * high + column / width) * places * width
                + row % places * width + column % width]));
        }
    }
}
