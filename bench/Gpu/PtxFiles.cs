using Hybrid.Kernels;
using Hybrid.Training;

namespace Hybrid.Bench;

/// <summary>Every kernel as a file of PTX, for ptxas and for reading.</summary>
static class PtxFiles
{
    /// <returns>How many were written.</returns>
    /// <exception cref="UserError">The folder cannot be written.</exception>
    public static int Write(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var compiler = KernelContext.PtxCompiler();
            Rung[] rungs = [.. Ladder.All.SelectMany(ladder => ladder.Rungs)];
            foreach (var rung in rungs)
                File.WriteAllText(Path.Combine(folder, $"{rung.Name}.ptx"), compiler.Compile(rung));
            return rungs.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"ptx {folder}", e.Message, "give a folder that can be written", e);
        }
    }
}
