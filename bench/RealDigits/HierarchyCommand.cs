using System.CommandLine;
using Hybrid.Training.Data;

namespace Hybrid.Bench.RealDigits;

/// <summary><c>bench hierarchy</c>: slow runs on real digits.</summary>
static class HierarchyCommand
{
    const string Name = "hierarchy";

    public static Command New(StudyCommands studies) => studies.New(
        Name,
        "Train VAEs of one, two and three levels on 9,000 real digits; it takes minutes, and real digits.",
        asked => (asked.Quick ? HierarchyStudy.Digits.Quick() : HierarchyStudy.Digits).Run(
            asked.Open, Digits.Load(DigitFolder.For(Name)), asked.Output));
}
