using System.Globalization;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// A channel's encoder, <c>w</c> [D, K] in doubles, and the step it stands at: the decoder follows from both and the
/// data, so this is all that continues a run bit for bit.
/// </summary>
public sealed class ImCheckpoint : RunCheckpoint<ImRunOptions>
{
    /// <summary>What its file says that it holds.</summary>
    public const string Kind = "im";

    const string Tensor = "w", StepsKey = "hybrid.steps";

    ImCheckpoint(SafetensorsFile file)
        : base(file, Kind, "a channel")
    {
    }

    /// <summary>Writes the run as it stands: all or nothing.</summary>
    /// <exception cref="UserError">The file cannot be written.</exception>
    public static void Save(string path, ImRun run)
    {
        var (D, K) = (run.Channel.D, run.Channel.K);
        SafetensorsFile.Write(
            path, [NamedTensor.Of(Tensor, [.. run.Channel.Encoder.Cast<double>()], D, K)],
            new Dictionary<string, string>
            {
                [ModelFile.KindKey] = Kind,
                [ModelFile.OptionsKey] = run.Options.ToJson(),
                [StepsKey] = run.Channel.Steps.ToString(CultureInfo.InvariantCulture),
                [ModelFile.DataKey] = run.Points.Fingerprint,
            });
    }

    /// <summary>Reads a file or the folder of a run.</summary>
    /// <exception cref="UserError">It holds no channel, or is damaged.</exception>
    public static ImCheckpoint Read(string path) => new(FileAt(path));

    /// <summary>The same of a file that was read.</summary>
    /// <exception cref="UserError">It holds no channel.</exception>
    public static ImCheckpoint Of(SafetensorsFile file) => new(file);

    /// <exception cref="UserError">It was found on other points.</exception>
    public void RequireSame(Points points)
    {
        if (File.Note(ModelFile.DataKey) != points.Fingerprint)
            throw new UserError(
                File.Path, $"was trained on other points than {points.Name} holds", "put them back");
    }

    /// <summary>The channel on a device, with its best decoder for these points.</summary>
    /// <exception cref="UserError">They have another number of columns, or the file is damaged.</exception>
    public InformationMaximization Load(Device device, Points points)
    {
        var (D, K) = (points.D, Options.Outputs);
        var w = File.Doubles(Tensor, D, K);
        if (w.Any(value => !(Math.Abs(value) <= 1 + 1e-9))
            || !int.TryParse(File.Note(StepsKey), CultureInfo.InvariantCulture, out var steps) || steps < 0)
            throw new UserError(File.Path, "holds numbers that no channel has", "use an earlier checkpoint");
        var encoder = new double[D, K];
        for (var i = 0; i < w.Length; i++) encoder[i / K, i % K] = w[i];
        var channel = ImRun.Open(device, Options, points);
        channel.Restore(encoder, steps);
        return channel;
    }
}
