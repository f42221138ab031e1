using Hybrid.Devices.Host;
using Hybrid.Information.Metrics;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

[TestFixture]
public class SpriteCodesTests
{
    const int Size = 9, F = 5;

    static VaeTrainer Trained(HostDevice device)
    {
        var trainer = new VaeTrainer(device, Small.Options, Small.Data(size: Size));
        trainer.Run(CancellationToken.None);
        return trainer;
    }

    static int[] Values(int B)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, B * F).Select(i => random.Next(Sprites.Factors[i % F].Values))];
    }

    static float[] Codes(SpriteCodes source, ReadOnlySpan<int> values)
    {
        var codes = new float[values.Length / F * source.K];
        source.Encode(values, codes);
        return codes;
    }

    /// <summary>More than a batch at once are what they are one by one.</summary>
    [Test]
    public void A_code_belongs_to_its_factors_alone()
    {
        using var device = new HostDevice(threads: 2);
        var source = new SpriteCodes(Trained(device).Vae, Size, binarize: false);
        var values = Values(503);
        var codes = Codes(source, values);
        foreach (var n in new[] { 0, 7, 499, 500, 502 })
            Assert.That(codes[(n * source.K)..((n + 1) * source.K)],
                Is.EqualTo(Codes(source, values.AsSpan(n * F, F))), $"sprite {n}");
        Assert.That(codes.Distinct().Count(), Is.GreaterThan(500));
    }

    [Test]
    public void Binarised_sprites_are_drawn_anew_and_equally_in_every_run()
    {
        using var device = new HostDevice(threads: 1);
        var vae = Trained(device).Vae;
        var values = Values(3);
        var (first, second) = (new SpriteCodes(vae, Size, true), new SpriteCodes(vae, Size, true));
        var codes = Codes(first, values);
        Assert.That(Codes(second, values), Is.EqualTo(codes));
        Assert.That(Codes(first, values), Is.Not.EqualTo(codes), "other pixels");
    }

    /// <summary>Chance is all that parameters of no training can do; no score leaves its range.</summary>
    [Test]
    public void Every_score_is_in_its_range()
    {
        using var device = new HostDevice(threads: 2);
        var source = new SpriteCodes(Trained(device).Vae, Size, binarize: true);
        var codes = LabelledCodes.Draw(source, 2000, new(1));
        var dci = DciScores.Of(codes);
        double[] scores =
        [
            MutualInformationGap.Of(codes).Score, SeparatedAttributePredictability.Of(codes).Score,
            dci.Disentanglement, dci.Completeness, dci.Informativeness,
            BetaVaeScore.Of(source, new(1)), FactorVaeScore.Of(source, new(1)),
        ];
        Assert.That(scores, Has.All.InRange(0, 1));
    }
}
