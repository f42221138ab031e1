using NUnit.Framework.Constraints;

namespace Hybrid.Cli.Tests;

/// <summary>The contract of every mistake that a person can make.</summary>
static class Mistake
{
    public const int ExitCode = 2;

    /// <summary>Exit code 2; nothing but one line, on the error stream, that names the thing and a
    /// fix.</summary>
    public static void Assert(Outcome outcome, string subject, string fix)
    {
        NUnit.Framework.Assert.Multiple(() =>
        {
            That(outcome.ExitCode, Is.EqualTo(ExitCode), outcome.Errors);
            That(outcome.Output, Is.Empty);
            That(outcome.Errors, Does.StartWith("hybrid: ").And.EndWith("\n"));
            That(outcome.Errors.TrimEnd('\n'), Does.Not.Contain('\n'));
            That(outcome.Errors, Does.Contain($"{subject}: "));
            var parts = outcome.Errors.Split("; ");
            That(parts, Has.Length.GreaterThanOrEqualTo(2), "no fix");
            That(parts[^1], Does.Contain(fix));
            That(outcome.Errors, Does.Not.Contain("Exception").And.Not.Contain("   at ").And.Not.Contain("System."));
        });
    }

    static void That<T>(T actual, IResolveConstraint expected, string message = "") =>
        NUnit.Framework.Assert.That(actual, expected, message);
}
