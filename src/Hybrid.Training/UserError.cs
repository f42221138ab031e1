using System.Text;

namespace Hybrid.Training;

/// <summary>
/// A mistake that the person at the keyboard can mend: a wrong file, option or folder. The command line
/// prints the message, one line, and leaves with exit code 2. Everything else that is thrown is a bug of
/// ours.
/// </summary>
/// <remarks>The three parts are separate arguments so that an error without a fix does not compile.</remarks>
public sealed class UserError : Exception
{
    /// <param name="subject">The file or the option, as the person wrote it.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="fix">What to do about it.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public UserError(string subject, string problem, string fix, Exception? cause = null)
        : base(OneLine($"{subject}: {problem}; {fix}"), cause) => (Subject, Fix) = (subject, fix);

    /// <summary>The file or the option that is wrong.</summary>
    public string Subject { get; }

    /// <summary>What to do about it.</summary>
    public string Fix { get; }

    // A file name or a foreign message may hold line breaks and escape codes; a terminal must not obey them.
    static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text) line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        return line.ToString();
    }
}
