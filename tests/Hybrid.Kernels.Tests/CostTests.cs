using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Stated work is the work that the formulas do, plus what the kernel adds around them.</summary>
[TestFixture]
public sealed partial class CostTests
{
    static readonly Tally Lane = Tally.Const(1);

    [TestCaseSource(nameof(Names))]
    public void Work_is_what_the_formulas_do(string operation)
    {
        var (_, stated, element) = Operations.Single(entry => entry.Operation == operation);

        var counted = Tally.Of(element);

        Assert.That((stated.Flops, stated.Transcendentals),
            Is.EqualTo(((long)counted.Flops, (long)counted.Transcendentals)));
    }

    static IEnumerable<string> Names => Operations.Select(entry => entry.Operation);

    [Test]
    public void Every_ladder_is_counted()
    {
        // These move words and compute nothing; the adjoint of the weights and batches are bare products; a layer
        // costs on tensor cores what it does.
        string[] others =
        [
            "Fill", "GatherRows", "TransposeBlocks", "AffineGradWeight", "MatrixProduct", "BatchedProduct",
            "BatchedProductRightTransposed", "BatchedProductLeftTransposed", "AffineTf32", "AffineGradInputTf32",
            "AffineGradWeightTf32", "AffineBf16", "AffineGradInputBf16", "AffineGradWeightBf16",
            .. Enum.GetNames<PixelDistribution>().SelectMany(PixelLadders),
        ];

        Assert.That(
            Names.Select(name => name.Split(' ')[0]).Except(["Product"]).Concat(others).Distinct(),
            Is.EquivalentTo(Ladder.All.Select(ladder => ladder.Operation)));
    }

    /// <summary>Their pixels are counted by running them.</summary>
    static IEnumerable<string> PixelLadders(string distribution) =>
        from operation in (string[])["NllRows", "NllRowsGrad", "NllRowsWithGrad", "Means"]
        select distribution + operation;

    [Test]
    public void A_pixel_costs_what_its_formulas_do_and_its_numbers()
    {
        Tally.Of(() => ContinuousBernoulliNll.Apply(Lane, Lane)).Deconstruct(out var flops, out var functions);
        Assert.That(PixelNllRows.Cost(new(PixelDistribution.ContinuousBernoulli), 3, 5), Is.EqualTo(
            new Cost(8 * 15, 4 * 3, 15 * (flops + 1), 15 * functions)));

        // Of V values: V − 1 comparisons and counts for the maximum; a difference, a sum (but for the first), a count
        // and a choice of three operations each; 1 product and 2 flops of InfoNce. Adjoints: a count, a weight of 2, a
        // choice of 3 and a product each.
        const int V = 7;
        Assert.That(PixelNllRows.Cost(new(PixelDistribution.Categorical, V), 1, 1), Is.EqualTo(
            new Cost(4 * (V + 1), 4, 2 * (V - 1) + V + 4 * (V - 1) + 1 + 2 + 1, V + 1)));
        var forward = PixelNllRows.Cost(new(PixelDistribution.Categorical, V), 1, 1);
        Assert.That(PixelNllRowsWithGrad.Cost(new(PixelDistribution.Categorical, V), 1, 1), Is.EqualTo(
            forward + new Cost(4, 4 * V, V * (1 + 2 + 2 + 1), V + 1)));
    }

    [Test]
    public void Traffic_scales_with_the_shape()
    {
        Assert.That(KlRows.Cost(3, 5), Is.EqualTo(new Cost(8 * 15, 4 * 3, 5 * 15, 15)));
        Assert.That(Affine.Cost(Activation.Identity, false, 2, 3, 5), Is.EqualTo(
            new Cost(4 * (2 * 5 + 5 * 3 + 3), 4 * 2 * 3, 2 * 2 * 3 * 5 + 2 * 3, 0)));
        Assert.That(Conv2d.Cost(Activation.Identity, new(2, 3, 5, 7, 11)), Is.EqualTo(
            new Cost(4 * (30 * 7 + 63 * 11 + 11), 4 * 30 * 11, 2 * 30 * 63 * 11 + 30 * 11, 0)));
        Assert.That(Conv2dGradInput.Cost(new(2, 3, 5, 7, 11)), Is.EqualTo(
            new Cost(4 * (30 * 11 + 63 * 11), 4 * 30 * 7, 2 * 30 * 63 * 11, 0)));
        Assert.That(Conv2dGradWeight.Cost(new(2, 3, 5, 7, 11)), Is.EqualTo(
            new Cost(4 * 30 * (7 + 11), 4 * 63 * 11, 2 * 30 * 63 * 11, 0)));
        Assert.That(Affine.Cost(Activation.Gelu, true, 2, 3, 5), Is.EqualTo(
            Affine.Cost(Activation.Gelu, false, 2, 3, 5) + new Cost(0, 4 * 2 * 3, 0, 0)));
        Assert.That(Attention.Cost(new(2, 3, 5, 7, 11)), Is.EqualTo(new Cost(
            4 * 2 * (3 * 7 + 5 * 7 + 5 * 11), 4 * 2 * 3 * (11 + 1),
            30 * (2 * 7 + 2 * 11 + 4) + 6 * (11 + 1), 30 + 6)));
        Assert.That(
            AffineGradInput.Cost(Activation.Identity, 2, 3, 5), Is.EqualTo(Product.Cost(2, 5, 3)));
        Assert.That(AdamUpdate.Cost(10) is { BytesRead: 160, BytesWritten: 120 });
    }
}
