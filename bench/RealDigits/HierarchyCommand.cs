using System.CommandLine;
using Hybrid.Bench.Exactness;
using Hybrid.Training.Data;
using Hybrid.Training.Files;

namespace Hybrid.Bench.RealDigits;

/// <summary><c>bench hierarchy</c>: slow runs on real digits.</summary>
static class HierarchyCommand
{
    public static Command New(Option<bool> quick, Option<string> json, TextWriter output)
    {
        var device = new Option<string>("--device")
        {
            Description = "host (unless told) or cuda: where models are trained.", HelpName = "KIND",
        };
        var command = new Command("hierarchy",
            "Train VAEs of one, two and three levels on 9,000 real digits; it takes minutes, and real digits.")
        {
            device,
        };
        command.SetAction(parsed =>
        {
            var open = ExactnessDevice.Of(parsed.GetValue(device));
            var path = parsed.GetValue(json);
            if (path is not null) AtomicFile.RequireWritable(path);
            var study = HierarchyStudy.Digits;
            var report = (parsed.GetValue(quick) ? study.Quick() : study).Run(
                open, Digits.Load(DigitFolder.For("hierarchy")), output);
            if (path is not null) BenchJson.Write(path, report);
            return 0;
        });
        return command;
    }
}
