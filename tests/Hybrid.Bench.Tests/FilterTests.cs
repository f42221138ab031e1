namespace Hybrid.Bench.Tests;

[TestFixture]
public class FilterTests
{
    [TestCase(null, "KlRows", ExpectedResult = true)]
    [TestCase("", "KlRows", ExpectedResult = true)]
    [TestCase("klrows", "KlRows 128×20", ExpectedResult = true)]
    [TestCase("128", "KlRows 128×20", ExpectedResult = true)]
    [TestCase("KlRowsGrad", "KlRows", ExpectedResult = false)]
    public bool A_filter_is_a_part_of_the_name(string? text, string name) => new Filter(text).Passes(name);

    [TestCase("ppca/nll", "ppca", ExpectedResult = true)]
    [TestCase("ppca", "ppca", ExpectedResult = true)]
    [TestCase("ppca/nll", "ppca2", ExpectedResult = false)]
    [TestCase("nll", "ppca", ExpectedResult = false)]
    public bool An_experiment_runs_where_its_rows_may_pass(string text, string name) =>
        new Filter(text).MayPassBelow(name);
}
