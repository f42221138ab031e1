using System.CommandLine;
using Hybrid.Reporting;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid plane</c>: where a bottleneck's codes lie.</summary>
static class PlaneCommand
{
    public static Command Create()
    {
        var command = new Command("plane",
            "Write a bottleneck's codes of the test set, coloured by class, over its classifier's doubt, as a PNG: two"
            + " latent dimensions only.");
        var model = new ModelOptions(command);
        var output = CommandOptions.Add(command, "--out", "The PNG file.", "FILE", "plane.png");
        command.SetAction(parsed =>
        {
            using var device = model.OpenDevice(parsed);
            var checkpoint = VibCheckpoint.Of(model.Read(parsed));
            var vib = checkpoint.Load(device);
            var test = EvaluateCommand.TestSet(
                model.Data(parsed) ?? checkpoint.Options.Data, vib.Shape.DataDim);
            var plane = CodePlane.Of(vib, test);
            PlaneSheet.Write(parsed.GetValue(output)!, plane);
            Console.WriteLine(FormattableString.Invariant($"{test.N} codes within ±{plane.Extent:F1}")
                + $" · white: the classifier guesses · {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }
}
