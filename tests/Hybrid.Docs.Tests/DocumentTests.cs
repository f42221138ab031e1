namespace Hybrid.Docs.Tests;

/// <summary>The engine itself: what it replaces, what it leaves, what it refuses.</summary>
[TestFixture]
public sealed class DocumentTests
{
    static string Upper(string kind, string argument) => $"{kind} {argument}".ToUpperInvariant();

    [TestCase("a\n<!-- k: x -->\n", ExpectedResult = "a\n<!-- k: x -->\nK X\n",
        TestName = "Inserts_a_missing_block")]
    [TestCase("<!-- k: x -->\n```\nold\n\nold\n```\nb", ExpectedResult = "<!-- k: x -->\nK X\nb",
        TestName = "Replaces_a_fence")]
    [TestCase("<!-- k: x -->\n| old |\n| old |\n\nb", ExpectedResult = "<!-- k: x -->\nK X\n\nb",
        TestName = "Replaces_a_paragraph")]
    [TestCase("<!-- k: x -->\n*old*\n\n| old |\n\nb", ExpectedResult = "<!-- k: x -->\nK X\n\nb",
        TestName = "Replaces_a_table_with_its_caption")]
    [TestCase("```\n<!-- k: x -->\n```\n", ExpectedResult = "```\n<!-- k: x -->\n```\n",
        TestName = "Leaves_a_comment_inside_a_fence")]
    public string Renders(string text) => Document.Render(text, Upper);

    [Test]
    public void Rendering_twice_changes_nothing()
    {
        var once = Document.Render("<!-- k: x -->\n\ntext\n", Upper);
        Assert.That(Document.Render(once, Upper), Is.EqualTo(once));
    }

    [Test]
    public void Cuts_a_region_out_and_its_indentation_off() => Assert.That(
        CodeBlock.Region("x\n  #region a\n  one\n      two\n  #region b\n  #endregion\n  #endregion\n", "a"),
        Is.EqualTo("one\n    two"));

    [TestCase("none", "0 regions are called none, not 1")]
    [TestCase("open", "region open has no end")]
    public void Refuses_a_region_by_name(string region, string reason) => Assert.That(
        () => CodeBlock.Region("#region open\nx\n", region),
        Throws.TypeOf<DerivationException>().With.Message.EqualTo(reason));

    [TestCase("kernels/Hybrid.Formulas/None.cs#a", "there is no")]
    [TestCase("kernels/Hybrid.Formulas/Lanes/fit.py#a", "regions are called a")]
    [TestCase("README", "give path#region")]
    public void Refuses_code_that_is_not_there(string argument, string reason) => Assert.That(
        () => CodeBlock.Derive(argument), Throws.TypeOf<DerivationException>().With.Message.Contains(reason));

    [Test]
    public void Refuses_an_unknown_kind() => Assert.That(
        () => Blocks.Derive("cod", "x"),
        Throws.TypeOf<DerivationException>().With.Message.Contains("is no kind"));

    [Test]
    public void Refuses_the_output_of_a_command_that_fails() => Assert.That(
        () => RunBlock.Derive("hybrid nonsense"),
        Throws.TypeOf<DerivationException>().With.Message.StartsWith("it ended with 2"));

    [Test]
    public void A_jump_back_is_a_loop_only_if_control_comes_round() => Assert.That(
        PtxBlock.Loop(
        [
            "L_1:", "fma.rn.f32 %f7, %f7, %f7, %f7;", "add.s32 %r1, %r1, 1;", "@%p1 bra L_1;", "bra L_3;",
            "L_2:", "bra L_4;", "L_3:", "fma.rn.f32 %f7, %f7, %f7, %f7;", "bra L_2;", "L_4:", "ret;",
        ]),
        Has.Count.EqualTo(4));

    [TestCase("none.json", "there is no")]
    public void Refuses_a_table_whose_results_are_missing(string argument, string reason) => Assert.That(
        () => BenchBlock.Derive(argument),
        Throws.TypeOf<DerivationException>().With.Message.Contains(reason));

    [Test]
    public void Shows_the_rows_of_an_array_without_their_seconds() => Assert.That(
        BenchBlock.Derive(
            """{"machine":{"cpu":"X"},"rows":[{"name":"a/b","exact":0.5,"pass":true,"seconds":9}]}""", "rows",
            new("x")),
        Is.EqualTo("*X*\n\n| name | exact | pass |\n| --- | ---: | --- |\n| a/b | 0.5 | yes |"));
}
