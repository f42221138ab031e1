using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Reporting;
using Hybrid.Training;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Cli;

/// <summary><c>hybrid reconstruct</c>: test images above what the model makes of them.</summary>
static class ReconstructCommand
{
    public static Command Create()
    {
        var command = new Command("reconstruct", "Write test images, each above its reconstruction, as a PNG sheet.");
        var model = new ModelOptions(command);
        var count = new Option<int>("--count")
        {
            Description = "How many images.", HelpName = "N", DefaultValueFactory = _ => 32,
        };
        var output = new Option<string>("--out")
        {
            Description = "The PNG file.", HelpName = "FILE", DefaultValueFactory = _ => "reconstructions.png",
        };
        command.Add(count);
        command.Add(output);
        command.SetAction(parsed =>
        {
            var n = parsed.GetValue(count);
            if (n is < 1 or > 10_000) throw new UserError($"--count {n}", "is not a number of images", "give 1 to 10,000");
            using var device = model.OpenDevice(parsed);
            var file = model.Read(parsed);
            var (originals, reconstructions, size) = ModelFile.KindOf(file) == HierarchyCheckpoint.Kind
                ? OfHierarchy(HierarchyCheckpoint.Of(file), device, model.Data(parsed), n)
                : OfVae(model, parsed, device, file, n);
            PngSheet.WritePairs(parsed.GetValue(output)!, originals, reconstructions, size, new SheetLayout(Columns: 8));
            Console.WriteLine(
                $"{originals.Length / (size.Height * size.Width)} pairs · {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }

    static (float[], float[], Tile) OfVae(
        ModelOptions model, ParseResult parsed, Device device, SafetensorsFile file, int count)
    {
        var (checkpoint, vae, data) = model.Load(parsed, device, file);
        var test = new DeviceImages(device, data.Test, checkpoint.Options.Levels);
        var (originals, means) = new VaeEvaluation(vae, test, checkpoint.Options.Binarize).Reconstruct(count);
        return (originals, means, new(checkpoint.Height, checkpoint.Width));
    }

    static (float[], float[], Tile) OfHierarchy(
        HierarchyCheckpoint checkpoint, Device device, string? data, int count)
    {
        var (options, vae) = (checkpoint.Options.Vae, checkpoint.Load(device));
        var test = new DeviceImages(device, checkpoint.LoadData(data).Test, options.Levels);
        var (originals, means) = new HierarchyEvaluation(vae, test, options.Binarize).Reconstruct(count);
        return (originals, means, new(checkpoint.Height, checkpoint.Width));
    }
}
