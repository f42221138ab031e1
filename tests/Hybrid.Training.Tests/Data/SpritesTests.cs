using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Data;

[TestFixture]
public sealed class SpritesTests
{
    static readonly DataSplit Default = Sprites.Load();

    [Test]
    public void Has_the_promised_shapes()
    {
        Assert.That((Default.Train.N, Default.Test.N), Is.EqualTo((8_000, 1_000)));
        Assert.That((Default.Train.Height, Default.Train.Width), Is.EqualTo((28, 28)));
        Assert.That(Default.Train.Labels.Length, Is.EqualTo(8_000 * 5));
        Assert.That(Default.Test.LabelNames, Is.EqualTo(new[] { "shape", "scale", "orientation", "x", "y" }));
    }

    [Test]
    public void Has_the_same_bits_on_every_machine()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { Default.Train, Default.Test })
        {
            hash.AppendData(MemoryMarshal.AsBytes(part.Pixels));
            hash.AppendData(MemoryMarshal.AsBytes(part.Labels));
        }
        // A second program, in Python, draws the same bits.
        Assert.That(Convert.ToHexStringLower(hash.GetHashAndReset()), Is.EqualTo(
            "2f2b888087f3db4e5ad6265a502298d3cc433bc1aa52207839d18b73771e2b2d"));
    }

    [Test]
    public void Shows_no_picture_twice()
    {
        var seen = new HashSet<string>();
        foreach (var part in new[] { Default.Train, Default.Test })
            for (var n = 0; n < part.N; n++)
            {
                var picture = SHA256.HashData(MemoryMarshal.AsBytes(part.Image(n)));
                Assert.That(seen.Add(Convert.ToHexString(picture)));
            }
    }

    /// <summary>A cell is one value of each factor: counting through them in order counts through the cells.</summary>
    [Test]
    public void Cells_are_combinations_of_factor_values()
    {
        Assert.That(Sprites.Factors.Select(factor => factor.Name), Is.EqualTo(Sprites.FactorNames));
        Assert.That(Sprites.Factors.Aggregate(1, (n, factor) => n * factor.Values), Is.EqualTo(Sprites.Cells));
        foreach (var cell in new[] { 0, 1, 33, 12_345, Sprites.Cells - 1 })
        {
            var values = new int[5];
            for (int k = 4, rest = cell; k >= 0; k--) (rest, values[k]) = Math.DivRem(rest, Sprites.Factors[k].Values);
            Assert.That(Sprites.Cell(values), Is.EqualTo(cell));
            var sprite = Sprites.At(cell);
            Assert.That(((int)sprite.Shape, sprite.Turn64), Is.EqualTo((values[0], values[2])));
        }
        Assert.That(() => Sprites.Cell([0, 0, 0, 0, 32]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Sprites.Cell([0, -1, 0, 0, 0]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Sprites.Cell([0, 0]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Labels_redraw_the_picture()
    {
        var redrawn = new float[28 * 28];
        for (var n = 0; n < Default.Test.N; n++)
        {
            var factors = Default.Test.LabelsOf(n);
            new Sprite((SpriteShape)factors[0], factors[1], (int)(factors[2] * 64), factors[3], factors[4])
                .Draw(28, redrawn);
            Assert.That(Default.Test.Image(n).SequenceEqual(redrawn));
        }
    }

    [Test]
    public void Every_factor_takes_all_its_values_about_equally_often()
    {
        int[] values = [3, 6, 16, 32, 32];
        for (var k = 0; k < values.Length; k++)
        {
            var counts = new Dictionary<double, int>();
            for (var n = 0; n < Default.Train.N; n++)
            {
                var value = Default.Train.LabelsOf(n)[k];
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }
            // Binomial: mean 8,000 / values, within five standard deviations.
            var mean = 8_000.0 / values[k];
            Assert.That(counts, Has.Count.EqualTo(values[k]));
            Assert.That(counts.Values, Is.All.EqualTo(mean).Within(5 * Math.Sqrt(mean)));
        }
    }

    [Test]
    public void Has_black_edges_and_grey_outlines()
    {
        var grey = 0;
        for (var n = 0; n < Default.Train.N; n++)
        {
            var image = Default.Train.Image(n);
            for (var i = 0; i < 28; i++)
                Assert.That(image[i] + image[27 * 28 + i] + image[28 * i] + image[28 * i + 27], Is.Zero);
            foreach (var pixel in image)
            {
                Assert.That(pixel * 64, Is.EqualTo(MathF.Round(pixel * 64)));
                if (pixel is > 0 and < 1) grey++;
            }
        }
        Assert.That(grey, Is.GreaterThan(8_000));
    }

    [Test]
    public void Another_seed_draws_other_sprites_and_cells_are_all_different()
    {
        var (one, other) = (Sprites.Load(10, 1, seed: 0).Train, Sprites.Load(10, 1, seed: 1).Train);
        Assert.That(one.Labels.SequenceEqual(other.Labels), Is.False);
        var different = Enumerable.Range(0, Sprites.Cells).Select(Sprites.At).Distinct().Count();
        Assert.That(different, Is.EqualTo(Sprites.Cells));
    }

    [TestCase(0, 1, 28, "0 images")]
    [TestCase(1, 0, 28, "0 to test")]
    [TestCase(Sprites.Cells, 1, 28, "at most")]
    [TestCase(int.MaxValue, int.MaxValue, 28, "at most")]
    [TestCase(10, 1, 7, "size 7")]
    [TestCase(10, 1, 257, "size 257")]
    [TestCase(200_000, 1, 256, "smaller")]
    public void Refuses_what_it_cannot_draw(int train, int test, int size, string says) =>
        Expect.UserError(() => Sprites.Load(train, test, size), "sprites", says);
}
