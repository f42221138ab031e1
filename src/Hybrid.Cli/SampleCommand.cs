using System.CommandLine;
using Hybrid.Reporting;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid sample</c>: pictures of p(x | z) for z from the prior.</summary>
static class SampleCommand
{
    public static Command Create()
    {
        var command = new Command("sample", "Draw z from the prior and write the decoder's means as a PNG sheet.");
        var model = new ModelOptions(command);
        var count = new Option<int>("--count")
        {
            Description = "How many images.", HelpName = "N", DefaultValueFactory = _ => 64,
        };
        var seed = new Option<ulong>("--seed") { Description = "Of the draws.", HelpName = "N" };
        var output = new Option<string>("--out")
        {
            Description = "The PNG file.", HelpName = "FILE", DefaultValueFactory = _ => "samples.png",
        };
        command.Add(count);
        command.Add(seed);
        command.Add(output);
        command.SetAction(parsed =>
        {
            var n = parsed.GetValue(count);
            if (n is < 1 or > 10_000) throw new UserError($"--count {n}", "is not a number of images", "give 1 to 10,000");
            using var device = model.OpenDevice(parsed);
            var (checkpoint, vae) = model.LoadModel(parsed, device);
            var (plan, mean) = vae.DecoderPlan(n);
            vae.SamplePrior(plan.Input("z"), parsed.GetValue(seed));
            plan.Run(0);
            PngSheet.Write(parsed.GetValue(output)!, device.ToArray(plan.TensorOf(mean)),
                new(checkpoint.Height, checkpoint.Width));
            Console.WriteLine($"{n} samples · {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }
}
