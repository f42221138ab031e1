using System.CommandLine;
using Hybrid.Reporting;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid holes</c>: where the prior draws and no posterior is.</summary>
static class HolesCommand
{
    public static Command Create()
    {
        var command = new Command("holes",
            "Write p(z), q(z) of the test set, and where p is above q, as a PNG: two latent dimensions only.");
        var model = new ModelOptions(command);
        var output = CommandOptions.Add(command, "--out", "The PNG file.", "FILE", "holes.png");
        command.SetAction(parsed =>
        {
            using var device = model.OpenDevice(parsed);
            var (checkpoint, vae, data) = model.Load(parsed, device);
            if (vae.Shape.Latent != 2)
                throw new UserError("holes", $"the model has {vae.Shape.Latent} latent dimensions, and a picture 2",
                    "train one with --latent 2");
            var test = new DeviceImages(device, data.Test, checkpoint.Options.Levels);
            var map = new VaeEvaluation(vae, test, checkpoint.Options.Binarize).Densities();
            HolesSheet.Write(parsed.GetValue(output)!, map);
            Console.WriteLine(FormattableString.Invariant($"p(z), q(z) and p above q within ±{map.Extent:F1}")
                + FormattableString.Invariant($" · {data.Test.N} posteriors, mass on the grid {map.PriorMass:F4} and {map.PosteriorMass:F4}")
                + FormattableString.Invariant($" · {map.TotalVariation:F3} of the prior lies in holes")
                + $" · {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }
}
