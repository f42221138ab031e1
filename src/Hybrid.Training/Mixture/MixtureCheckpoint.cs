using Hybrid.Models;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training;

/// <summary>
/// A fitted mixture in a safetensors file: <c>weights</c> [K], <c>mu</c> and <c>logVar</c> [K, D].
/// </summary>
/// <param name="Path">Of the file.</param>
/// <param name="Parameters">The mixture.</param>
/// <param name="Options">How it was fitted.</param>
public sealed record MixtureCheckpoint(string Path, MixtureParameters Parameters, MixtureRunOptions Options)
{
    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "mixture";

    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "mixture.safetensors";

    /// <summary>Writes the fit as it stands: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, MixtureRun run)
    {
        var p = run.Fit.Parameters;
        SafetensorsFile.Write(
            path,
            [
                NamedTensor.Of("weights", p.Weights, p.K), NamedTensor.Of("mu", p.Mu, p.K, p.D),
                NamedTensor.Of("logVar", p.LogVar, p.K, p.D),
            ],
            new Dictionary<string, string>
            {
                [ModelFile.KindKey] = Kind,
                [ModelFile.OptionsKey] = run.Options.ToJson(),
            });
    }

    /// <summary>Reads what <see cref="Save"/> wrote, from a file or from its folder.</summary>
    /// <exception cref="UserError">It is something else, or damaged.</exception>
    public static MixtureCheckpoint Read(string path) => Of(SafetensorsFile.Read(
        Directory.Exists(path) ? System.IO.Path.Combine(path, FileName) : path));

    /// <summary>The same of a file that was read.</summary>
    /// <exception cref="UserError">It holds no mixture.</exception>
    public static MixtureCheckpoint Of(SafetensorsFile file)
    {
        ModelFile.Require(file, Kind, "a mixture");
        var shape = file["mu"].Shape;
        if (shape is not [var K and > 0 and < 1 << 20, var D and > 0 and < 1 << 20])
            throw new UserError(file.Path, "its means are not a table", "use a file of this version");
        var weights = file.Doubles("weights", K);
        float[] mu = file.Floats("mu", (int)K, (int)D), logVar = file.Floats("logVar", (int)K, (int)D);
        if (weights.Any(w => !(w > 0 && w <= 1)) || mu.Concat(logVar).Any(v => !float.IsFinite(v)))
            throw new UserError(file.Path, "holds numbers that no mixture has", "fit it again");
        return new(
            file.Path, new((int)D, weights, mu, logVar),
            MixtureRunOptions.FromJson(file.Note(ModelFile.OptionsKey), file.Path));
    }
}
