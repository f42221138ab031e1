using System.CommandLine;
using Hybrid.Reporting;
using Hybrid.Training;

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
            var (checkpoint, vae, data) = model.Load(parsed, device);
            var test = new DeviceImages(device, data.Test, checkpoint.Options.Levels);
            var evaluation = new VaeEvaluation(vae, test, checkpoint.Options.Binarize);
            var (originals, reconstructions) = evaluation.Reconstruct(n);
            PngSheet.WritePairs(parsed.GetValue(output)!, originals, reconstructions,
                new(checkpoint.Height, checkpoint.Width), new SheetLayout(Columns: 8));
            Console.WriteLine($"{Math.Min(n, data.Test.N)} pairs · {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }
}
