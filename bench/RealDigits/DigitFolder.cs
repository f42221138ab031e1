using Hybrid.Training;

namespace Hybrid.Bench.RealDigits;

/// <summary>The 10,000 real digits beside the checkout: 9,000 to train on, 1,000 to test on.</summary>
static class DigitFolder
{
    /// <summary>Where they are.</summary>
    /// <param name="asker">What needs them, as the message names it.</param>
    /// <exception cref="UserError">They are not there.</exception>
    public static string For(string asker)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Hybrid.sln"))) folder = folder.Parent;
        var digits = Path.GetFullPath(Path.Combine(folder?.FullName ?? ".", "..", "shared", "data", "mnist"));
        return Directory.Exists(digits)
            ? digits
            : throw new UserError(
                asker, $"needs real digits in {digits}", "put MNIST's IDX files there, or leave it out");
    }
}
