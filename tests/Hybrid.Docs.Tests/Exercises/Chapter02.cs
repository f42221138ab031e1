namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 2's exercise: delete the body of Sectors, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter02
{
    #region sectors
    /// <summary>How many 32-byte sectors hold these 4-byte words: what a warp's load has to fetch.</summary>
    public static int Sectors(IEnumerable<long> words) => words.Select(word => word / 8).Distinct().Count();
    #endregion

    [TestCase(1, ExpectedResult = 4, TestName = "Neighbouring_lanes_share_sectors")]
    [TestCase(2, ExpectedResult = 8, TestName = "Every_second_float_costs_twice")]
    [TestCase(8, ExpectedResult = 32, TestName = "From_stride_8_on_every_lane_has_its_own_sector")]
    [TestCase(784, ExpectedResult = 32, TestName = "A_longer_stride_is_no_worse")]
    [TestCase(0, ExpectedResult = 1, TestName = "One_word_for_all_lanes_is_one_sector")]
    public int A_warp_with_stride(int stride) =>
        Sectors(Enumerable.Range(0, 32).Select(lane => (long)lane * stride));

    [Test]
    public void A_row_that_begins_off_a_sector_costs_one_more() =>
        Assert.That(Sectors(Enumerable.Range(1, 32).Select(word => (long)word)), Is.EqualTo(5));
}
