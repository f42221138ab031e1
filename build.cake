// The project's chores: dotnet tool restore && dotnet cake [--target=Lint|Build|Test|Docs|Bench|Profile|GpuBundle]
// Each is one command that also works by hand; what is here is what nobody wants to remember.

var target = Argument("target", "Default");
var solution = File("Hybrid.sln");
var artifacts = Directory("artifacts");

// What is left after "--" belongs to the program that a target runs: dotnet cake --target=Bench --with="speed --filter kl"
var with = Argument("with", "");

void Dotnet(string arguments) => Run("dotnet", arguments);

void Run(string program, string arguments)
{
    Information($"{program} {arguments}");
    var code = StartProcess(program, new ProcessSettings { Arguments = arguments });
    if (code != 0) throw new CakeException($"{program} {arguments} ended with {code}.");
}

// With its runtime, and with lock files of its own: the tracked ones are for every platform.
void Publish(string project, string folder) => Dotnet($"publish {project} --self-contained -r linux-x64 "
    + $"-p:NuGetLockFilePath=obj/publish.lock.json -o {artifacts}/{folder}");

string[] Sources(string extension) =>
    GetFiles($"./{{kernels,src,tests,bench}}/**/*.{extension}")
        .Select(file => MakeAbsolute(Directory("./")).GetRelativePath(file).FullPath)
        .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
        .ToArray();

Task("Restore")
    .Description("Packages, exactly as the lock files say.")
    .Does(() => Dotnet($"restore {solution} --locked-mode"));

Task("Lint")
    .Description("Formatting of C# (dotnet format) and F# (fantomas).")
    .IsDependentOn("Restore")
    .Does(() =>
    {
        Dotnet($"format {solution} --verify-no-changes --no-restore");
        Dotnet($"fantomas --check {string.Join(' ', Sources("fs"))}");
    });

Task("Format")
    .Description("What Lint asks for.")
    .IsDependentOn("Restore")
    .Does(() =>
    {
        Dotnet($"format {solution} --no-restore");
        Dotnet($"fantomas {string.Join(' ', Sources("fs"))}");
    });

Task("Build")
    .Description("Everything, optimised; a warning is an error.")
    .IsDependentOn("Restore")
    .Does(() => Dotnet($"build {solution} --no-restore"));

Task("Test")
    .Description("All tests.")
    .IsDependentOn("Build")
    .Does(() => Dotnet($"test {solution} --no-build {with}"));

Task("Docs")
    .Description("Writes the derived blocks of the book again, and checks it.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        Environment.SetEnvironmentVariable("HYBRID_DOCS", "rewrite");
        Dotnet("test tests/Hybrid.Docs.Tests --no-build");
        Environment.SetEnvironmentVariable("HYBRID_DOCS", null);
        Dotnet("test tests/Hybrid.Docs.Tests --no-build");
    });

Task("Bench")
    .Description("Speed and exactness on this machine.")
    .Does(() => Dotnet($"run --project bench -- {with}"));

Task("Profile")
    .Description("One launch of every kernel under Nsight Compute, with its source lines (needs a GPU and ncu).")
    .Does(() =>
    {
        EnsureDirectoryExists(artifacts);
        Publish("bench", "bench");
        Run("ncu", "--set full --import-source yes --clock-control none -k regex:Kernel_ -f "
            + $"-o {artifacts}/profile {artifacts}/bench/Hybrid.Bench profile {with}");
    });

Task("GpuBundle")
    .Description("Tool, bench, kernel tests and runtime in one file, for a machine with a GPU and without the SDK.")
    .Does(() =>
    {
        CleanDirectory(artifacts + Directory("gpu-bundle"));
        Publish("bench", "gpu-bundle");
        Publish("src/Hybrid.Cli", "gpu-bundle");
        Publish("tests/Hybrid.Kernels.Tests", "gpu-bundle");
        // Comes with the test packages; nobody measures coverage there.
        DeleteDirectory($"{artifacts}/gpu-bundle/Microsoft.CodeCoverage", new() { Recursive = true });
        CopyFile("bench/Gpu/run-on-gpu.sh", $"{artifacts}/gpu-bundle/run-on-gpu.sh");
        Run("tar", "--create --use-compress-program=\"xz -T0 -4\" "
            + $"--file {artifacts}/gpu-bundle.tar.xz --directory {artifacts} gpu-bundle");
        Information($"Unpack {artifacts}/gpu-bundle.tar.xz and run gpu-bundle/run-on-gpu.sh.");
    });

Task("Default")
    .IsDependentOn("Lint")
    .IsDependentOn("Build")
    .IsDependentOn("Test");

RunTarget(target);
