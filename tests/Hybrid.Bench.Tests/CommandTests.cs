using System.Text.Json;
using Hybrid.Bench.Exactness;
using Hybrid.Kernels;

namespace Hybrid.Bench.Tests;

[TestFixture]
public class CommandTests
{
    static readonly ExactnessExperiment[] Experiments =
    [
        new("toy/a", "a toy", _ => [Row("toy/a/rate", 1, 1.001), Row("toy/a/distortion", 2, 2)]),
        new("toy/b", "a toy", _ => [Row("toy/b/rate", 3, 3.5)]),
        new("nan", "no number", _ => [Row("nan/rate", 1, double.NaN)]),
    ];

    string folder = "";

    static ExactnessRow Row(string name, double exact, double measured) =>
        new(name, exact, measured, 0.01, "nats", 0.5);

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("hybrid-bench-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    static (int Code, string Output, string Errors) Run(params string[] args)
    {
        using StringWriter output = new(), errors = new();
        var code = Program.Run(args, output, errors, Experiments);
        return (code, output.ToString(), errors.ToString());
    }

    static void IsOneLine(string errors, params string[] parts)
    {
        Assert.That(errors.TrimEnd('\n'), Is.Not.Empty.And.Not.Contains("\n"));
        foreach (var part in parts) Assert.That(errors, Does.Contain(part));
    }

    [Test]
    public void Rows_that_pass_leave_with_0()
    {
        var (code, output, _) = Run("exactness", "--filter", "toy/a");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("toy/a/rate").And.Contain("toy/a/distortion"));
        Assert.That(output, Does.Not.Contain("toy/b"));
    }

    [TestCase("toy/b")]
    [TestCase("nan")]
    [TestCase("TOY/B/Rate")]
    public void A_row_that_fails_leaves_with_1(string filter) =>
        Assert.That(Run("exactness", "--filter", filter).Code, Is.EqualTo(1));

    [Test]
    public void A_device_that_is_not_here_is_named(
        [Values("exactness", "speed")] string command, [Values("gpu", "cuda")] string device)
    {
        if (device == "cuda" && Hybrid.Devices.Gpu.GpuDevice.TryCuda(out var gpu, out _))
        {
            gpu.Dispose();
            Assert.Ignore("there is a GPU");
        }
        var (code, _, errors) = Run(command, "--device", device);
        Assert.That(code, Is.EqualTo(2));
        IsOneLine(errors, device == "gpu" ? "--device gpu: is unknown" : "--device cuda", "host");
    }

    [Test]
    public void A_filter_may_name_one_row()
    {
        var (code, output, _) = Run("exactness", "--filter", "toy/a/dist");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("toy/a/distortion").And.Not.Contain("toy/a/rate"));
    }

    [TestCase("exactness")]
    [TestCase("speed")]
    [TestCase("roofline")]
    public void A_filter_that_matches_nothing_leaves_with_2(string section)
    {
        var (code, _, errors) = Run(section, "--filter", "nowhere");

        Assert.That(code, Is.EqualTo(2));
        IsOneLine(errors, "--filter nowhere", "matches nothing");
    }

    [Test]
    public void Exactness_is_written_as_an_array_of_rows()
    {
        var file = Path.Combine(folder, "exactness.json");
        Run("exactness", "--json", file);

        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var rows = json.RootElement.EnumerateArray().ToArray();
        Assert.That(rows, Has.Length.EqualTo(4));
        foreach (var row in rows)
            Assert.That(row.EnumerateObject().Select(property => property.Name), Is.EquivalentTo(
                new[] { "name", "exact", "measured", "tolerance", "unit", "pass", "seconds" }));
        Assert.That(rows[0].GetProperty("name").GetString(), Is.EqualTo("toy/a/rate"));
        Assert.That(rows[0].GetProperty("pass").GetBoolean());
        Assert.That(rows[3].GetProperty("measured").GetString(), Is.EqualTo("NaN"));
        Assert.That(rows[3].GetProperty("pass").GetBoolean(), Is.False);
    }

    [Test]
    public void A_path_that_cannot_be_written_is_refused_before_any_measurement()
    {
        var (code, output, errors) = Run("exactness", "--json", folder);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        IsOneLine(errors, folder);
    }

    [Test]
    public void A_failed_filter_leaves_no_file()
    {
        var file = Path.Combine(folder, "none.json");
        Run("exactness", "--filter", "nowhere", "--json", file);

        Assert.That(File.Exists(file), Is.False);
    }

    [Test]
    public void The_roofline_has_the_machine_and_its_ceilings()
    {
        var file = Path.Combine(folder, "roofline.json");
        var (code, output, _) = Run("roofline", "--quick", "--filter", "F32 × 1", "--json", file);

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("fma, F32 × 1 thread").And.Contain("GFLOP/s"));
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        Assert.That(json.RootElement.GetProperty("machine").GetProperty("cpu").GetString(), Is.Not.Empty);
        var ceiling = json.RootElement.GetProperty("roofline").EnumerateArray().Single();
        Assert.That(ceiling.GetProperty("kind").GetString(), Is.EqualTo("fma"));
        Assert.That(ceiling.GetProperty("rate").GetProperty("median").GetDouble(), Is.Positive);
        Assert.That(json.RootElement.TryGetProperty("exactness", out _), Is.False);
    }

    [TestCase("--nonsense")]
    [TestCase("sped")]
    public void What_nobody_knows_is_a_mistake(string argument)
    {
        var (code, _, errors) = Run(argument);

        Assert.That(code, Is.EqualTo(2));
        IsOneLine(errors, argument);
    }

    [Test]
    public void An_operation_without_a_ladder_cannot_be_profiled()
    {
        var (code, _, errors) = Run("profile", "Nothing");

        Assert.That(code, Is.EqualTo(2));
        IsOneLine(errors, "Nothing", "KlRows");
    }

    [Test]
    public void Every_kernel_is_written_as_PTX()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var (code, output, _) = Run("ptx", folder);

            var names = Ladder.All.SelectMany(ladder => ladder.Rungs).Select(rung => rung.Name + ".ptx");
            Assert.That(code, Is.Zero);
            Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(names));
            Assert.That(output, Does.Contain($"{names.Count()} kernels"));
            Assert.That(File.ReadAllText(Path.Combine(folder, "Fill_V1_ThreadPerElement.ptx")), Does.Contain(".visible .entry"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_a_mistake()
    {
        var file = Path.GetTempFileName();
        var (code, _, errors) = Run("ptx", Path.Combine(file, "below"));
        File.Delete(file);

        Assert.That(code, Is.EqualTo(2));
        IsOneLine(errors, "ptx", "give a folder");
    }
}
