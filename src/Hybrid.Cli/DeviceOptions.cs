using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>--device</c> and <c>--threads</c>, the same for every command that computes.</summary>
sealed class DeviceOptions
{
    readonly Option<DeviceKind> device = new("--device")
    {
        Description = "auto (a GPU if there is one, else the host), cuda, host, or for tiny sizes simulator or ptx.",
        HelpName = "KIND",
    };

    readonly Option<int> threads = new("--threads")
    {
        Description = "Threads of the host device; one for each processor that the process may use unless told."
            + " The results are the same.",
        HelpName = "N",
    };

    readonly Option<Precision> precision = new("--precision")
    {
        Description = "fp32 (exact, the same bits everywhere), tf32 or bf16 (products of many outputs on a GPU's tensor cores).",
        HelpName = "KIND",
    };

    public void AddTo(Command command)
    {
        command.Add(device);
        command.Add(threads);
        command.Add(precision);
    }

    /// <exception cref="UserError">There is no such device here.</exception>
    public Device Open(ParseResult parsed)
    {
        var count = parsed.GetValue(threads);
        if (parsed.GetResult(threads) is { Implicit: false } && count is < 1 or > 1024)
            throw new UserError($"--threads {count}", "is not a number of threads", "give 1 to 1024");
        var kind = parsed.GetValue(device);
        if (!Enum.IsDefined(kind))
            throw new UserError($"--device {kind}", "is not known", $"give {ParseMistake.OneOf(typeof(DeviceKind))}");
        var rounded = parsed.GetValue(precision);
        if (!Enum.IsDefined(rounded))
            throw new UserError(
                $"--precision {rounded}", "is not known", $"give {ParseMistake.OneOf(typeof(Precision))}");
        try
        {
            return DeviceChoice.Open(kind, count, Console.Error.WriteLine, rounded);
        }
        catch (PrecisionNotFoundException e)
        {
            throw new UserError($"--precision {rounded.ToString().ToLowerInvariant()}", e.Message,
                "leave it out, or use --device cuda", e);
        }
        catch (DeviceNotFoundException e)
        {
            throw new UserError($"--device {kind.ToString().ToLowerInvariant()}", e.Message,
                "use --device host", e);
        }
    }
}
