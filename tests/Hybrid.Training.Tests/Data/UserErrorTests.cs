namespace Hybrid.Training.Tests.Data;

[TestFixture]
public sealed class UserErrorTests
{
    [Test]
    public void Names_the_thing_the_problem_and_the_fix() =>
        Assert.That(new UserError("--beta", "-1 is negative", "give 0 or more").Message,
            Is.EqualTo("--beta: -1 is negative; give 0 or more"));

    [Test]
    public void Is_one_line_even_for_a_file_name_with_line_breaks_and_escapes() =>
        Assert.That(new UserError("a\r\nb\u001b[2Jc\u2028d", "x", "y").Message,
            Is.EqualTo("a  b [2Jc d: x; y"));
}
