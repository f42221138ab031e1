using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Data;

[TestFixture]
public sealed class ShuffleTests
{
    static int[] Epoch(int n, ulong seed, long epoch)
    {
        var rows = new int[n];
        Shuffle.Epoch(seed, epoch, rows);
        return rows;
    }

    [Test]
    public void SplitMix64_gives_the_published_sequence()
    {
        // Seed 1234567, as in the reference program of Vigna (prng.di.unimi.it) and its many ports.
        var random = new SplitMix64(1234567);
        ulong[] published =
        [
            6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
            16408922859458223821,
        ];
        foreach (var expected in published) Assert.That(random.Next(), Is.EqualTo(expected));
    }

    [TestCase(1ul)]
    [TestCase(3ul)]
    [TestCase(1ul << 63)]
    [TestCase((1ul << 63) + 1)]      // nearly half of all draws are rejected
    [TestCase(ulong.MaxValue)]
    public void Below_stays_below(ulong n)
    {
        var random = new SplitMix64(5);
        for (var i = 0; i < 1_000; i++) Assert.That(random.Below(n), Is.LessThan(n));
    }

    [Test]
    public void Below_has_no_favourites()
    {
        // Three quarters of all 64-bit numbers: without rejection each third value would be favoured.
        const ulong n = 3ul << 62;
        const int draws = 9_000;
        var random = new SplitMix64(11);
        var thirds = 0;
        for (var i = 0; i < draws; i++)
            if (random.Below(n) % 3 == 0) thirds++;
        // Binomial(9,000, ⅓): five standard deviations. The favourites would make it 4,500.
        Assert.That(thirds, Is.EqualTo(3_000).Within(5 * Math.Sqrt(2_000)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(9_000)]
    public void Is_a_permutation(int n)
    {
        var rows = Epoch(n, seed: 1, epoch: 2);
        Array.Sort(rows);
        Assert.That(rows, Is.EqualTo(Enumerable.Range(0, n)));
    }

    [Test]
    public void Depends_on_seed_and_epoch_and_on_nothing_else()
    {
        var rows = Epoch(100, seed: 1, epoch: 2);
        var dirty = rows.ToArray();
        Shuffle.Epoch(1, 2, dirty);
        Assert.That(dirty, Is.EqualTo(rows));
        Assert.That(Epoch(100, seed: 1, epoch: 3), Is.Not.EqualTo(rows));
        Assert.That(Epoch(100, seed: 2, epoch: 2), Is.Not.EqualTo(rows));
        Assert.That(Epoch(100, seed: 2, epoch: 1), Is.Not.EqualTo(rows));
    }

    [Test]
    public void Is_the_same_on_every_machine_and_in_every_version()
    {
        // From a second program, in Python's exact integers.
        int[] first = [6480, 7284, 8259, 5874, 494, 1907, 3731, 8726];
        Assert.That(Epoch(9_000, seed: 0, epoch: 0)[..8], Is.EqualTo(first));
    }

    [Test]
    public void Makes_every_permutation_equally_often()
    {
        const int runs = 24_000;
        var counts = new Dictionary<int, int>();
        for (var epoch = 0; epoch < runs; epoch++)
        {
            var code = Epoch(4, seed: 7, epoch).Aggregate(0, (sum, row) => sum * 4 + row);
            counts[code] = counts.GetValueOrDefault(code) + 1;
        }
        var expected = runs / 24.0;
        var chiSquare = counts.Values.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.That(counts, Has.Count.EqualTo(24));
        Assert.That(chiSquare, Is.LessThan(49.73));   // χ² with 23 degrees of freedom: p = 0.001
    }

    [Test]
    public void Allocates_nothing()
    {
        var rows = new int[1_000];
        Shuffle.Epoch(0, 0, rows);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Shuffle.Epoch(0, 1, rows);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
