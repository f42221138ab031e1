using Hybrid.Information.Metrics;

namespace Hybrid.Models.Tests.Information.Metrics;

[TestFixture]
public class MutualInformationGapTests
{
    const double Rounding = 1e-12;

    [Test]
    public void A_code_equal_to_the_factors_has_1() =>
        Assert.That(MutualInformationGap.Of(ConstructedCodes.Perfect.WholeGrid()).PerFactor,
            Has.All.EqualTo(1).Within(Rounding));

    /// <summary>Noise over 576 examples in 20 bins looks as if it knew up to 19·7/2·576 nats.</summary>
    [Test]
    public void Noise_beside_it_takes_nothing_but_its_bias() =>
        Assert.That(MutualInformationGap.Of(ConstructedCodes.PerfectAndNoise.WholeGrid()).Score,
            Is.EqualTo(1).Within(2 * 19 * 7 / (2 * 576.0) / Math.Log(8)));

    [Test]
    public void A_rotated_code_has_nothing_to_choose_from() =>
        Assert.That(MutualInformationGap.Of(ConstructedCodes.Rotated.WholeGrid()).Score, Is.LessThan(0.02));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void A_random_code_has_0(int seed) =>
        Assert.That(MutualInformationGap.Of(LabelledCodes.Draw(ConstructedCodes.Unrelated, 10_000, new(seed))).Score,
            Is.LessThan(0.005));

    [Test]
    public void A_collapsed_code_has_0() =>
        Assert.That(MutualInformationGap.Of(ConstructedCodes.Collapsed.WholeGrid()).Score, Is.Zero);

    /// <summary>Two dimensions that know the same leave no gap, however well they know it.</summary>
    [Test]
    public void A_factor_that_is_there_twice_has_0()
    {
        var twice = new ConstructedCodes([4, 5], 3, (v, _) => [v[0], v[1], -v[1]]);
        Assert.That(MutualInformationGap.Of(twice.WholeGrid()).PerFactor, Is.EqualTo(new[] { 1, 0.0 }).Within(Rounding));
    }

    /// <summary>The order of dimensions and the names of a factor's values mean nothing.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Permutations_change_nothing(int seed)
    {
        var random = new Random(seed);
        var codes = LabelledCodes.Draw(ConstructedCodes.PerfectAndNoise, 700, random);
        var (K, F) = (codes.K, codes.Factors.Count);
        int[] order = [.. Enumerable.Range(0, K)];
        random.Shuffle(order);
        var names = codes.Factors.Select(factor => Enumerable.Range(0, factor.Values).ToArray()).ToArray();
        foreach (var name in names) random.Shuffle(name);

        var (values, moved) = (new int[codes.N * F], new float[codes.N * K]);
        for (var n = 0; n < codes.N; n++)
        {
            for (var k = 0; k < F; k++) values[n * F + k] = names[k][codes.Value(n, k)];
            for (var j = 0; j < K; j++) moved[n * K + j] = codes.Code(n, order[j]);
        }
        Assert.That(MutualInformationGap.Of(new LabelledCodes(codes.Factors, K, values, moved)).PerFactor,
            Is.EqualTo(MutualInformationGap.Of(codes).PerFactor).Within(Rounding));
    }

    /// <summary>More dimensions than factors: read by dimension it would be another number.</summary>
    [Test]
    public void A_table_is_read_by_factor()
    {
        var table = new FactorInformation(new[,] { { 1, 0.1 }, { 0.25, 0.5 }, { 0, 0.3 } }, [2, 1]);
        var gap = MutualInformationGap.Of(table);
        Assert.That(gap.PerFactor, Is.EqualTo(new[] { 0.75 / 2, 0.2 / 1 }).Within(Rounding));
        Assert.That(gap.Score, Is.EqualTo((0.375 + 0.2) / 2).Within(Rounding));
    }

    /// <summary>Two halves told apart are ln 2, and what is not in a code is exactly nothing on a whole grid.</summary>
    [Test]
    public void Information_is_counted()
    {
        var coarse = new ConstructedCodes([8, 3], 1, (v, _) => [v[0] > 0 ? 1 : -1]);
        var information = FactorInformation.Binned(coarse.WholeGrid());
        Assert.That(information.Entropy, Is.EqualTo(new[] { Math.Log(8), Math.Log(3) }).Within(Rounding));
        Assert.That(information.Information[0, 0], Is.EqualTo(Math.Log(2)).Within(Rounding));
        Assert.That(information.Information[0, 1], Is.Zero.Within(Rounding));
    }

    /// <summary>As many bins as the richest factor has values: 20 could not tell 32 apart.</summary>
    [Test]
    public void Many_values_have_as_many_bins()
    {
        var rich = new ConstructedCodes([32, 2], 2, (v, _) => v);
        Assert.That(MutualInformationGap.Of(rich.WholeGrid()).Score, Is.EqualTo(1).Within(Rounding));
    }

    [Test]
    public void What_is_no_table_of_codes_is_refused()
    {
        Factor[] factors = [new("a", 2, true)];
        Assert.That(() => new LabelledCodes(factors, 2, [0, 1], [1, 2, 3]), Throws.ArgumentException);
        Assert.That(() => new LabelledCodes(factors, 1, [0, 2], [1, 2]), Throws.ArgumentException, "no value 2");
        Assert.That(() => new LabelledCodes(factors, 1, [0, 1], [1, float.NaN]), Throws.ArgumentException);
        Assert.That(() => new LabelledCodes(factors, 1, [], []), Throws.ArgumentException);
    }
}
