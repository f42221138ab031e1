using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

/// <summary>How a transformer of pictures starts, what its tokens are, and what it refuses.</summary>
[TestFixture]
public class DiffusionTransformerTests
{
    static readonly TransformerShape Shape = new(
        8, 4, Patch: 2, Width: 8, Blocks: 2, Heads: 2, Features: 4, Octaves: 3);

    const int B = 3, D = 32;

    static double[] Answer(Device device, DiffusionTransformer network, double[] z)
    {
        var data = new double[z.Length];
        new DenoiserOnHost(network, PredictionTarget.Noise).Denoise(z, 0.75, data);
        // ε̂ = (z − αx̂)/σ.
        double alpha = Diffuse.Alpha(new F64(0.75)).V, sigma = Diffuse.Sigma(new F64(0.75)).V;
        return [.. z.Zip(data, (at, x) => (at - alpha * x) / sigma)];
    }

    static double[] Pictures() => [.. Enumerable.Range(0, B * D).Select(i => Math.Sin(i * i))];

    [Test]
    public void Its_first_answer_is_zero()
    {
        using var device = new HostDevice(threads: 1);
        var network = new DiffusionTransformer(device, Shape, seed: 4);
        Assert.That(Answer(device, network, Pictures()), Has.All.EqualTo(0).Within(1e-12));
    }

    /// <summary>Tokens are patches: with all attention shut, a pixel is answered by its own patch alone.</summary>
    [Test]
    public void A_patch_is_a_square_of_pixels()
    {
        using var device = new HostDevice(threads: 2);
        var network = new DiffusionTransformer(device, Shape, seed: 4);
        var last = network.Parameters.Value("last/0/w");
        device.Upload([.. Enumerable.Range(0, last.Rows * last.Cols).Select(i => (float)Math.Cos(i))], last);
        var z = Pictures();
        var before = Answer(device, network, z);
        z[D + 2 * 4 + 3] += 1;
        var after = Answer(device, network, z);
        var changed = Enumerable.Range(0, B * D).Where(i => before[i] != after[i]).ToArray();
        // The pixel at row 2, column 3 of picture 1 lies in the patch of rows 2, 3 and columns 2, 3.
        Assert.That(changed, Is.EqualTo(new[] { D + 10, D + 11, D + 14, D + 15 }));
    }

    [TestCase(3, 8, 2, "patches of 3")]
    [TestCase(2, 8, 3, "8 columns")]
    public void Sizes_that_do_not_divide_are_refused(int patch, int width, int heads, string said)
    {
        using var device = new HostDevice(threads: 1);
        Assert.That(() => new DiffusionTransformer(
                device, Shape with { Patch = patch, Width = width, Heads = heads }, seed: 1),
            Throws.ArgumentException.With.Message.Contains(said));
    }
}
