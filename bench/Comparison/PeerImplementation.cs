using Hybrid.Devices;

namespace Hybrid.Bench.Comparison;

/// <summary>An environment that makes a library take one of its code paths.</summary>
/// <param name="Name">As it is reported.</param>
/// <param name="Environment">Variables to set; empty for the library's own choice.</param>
public sealed record CodePath(string Name, IReadOnlyDictionary<string, string> Environment)
{
    public static CodePath Default { get; } = new("its own choice", new Dictionary<string, string>());

    /// <summary>MKL's own choice, and its widest instructions by name.</summary>
    public static IReadOnlyList<CodePath> OfMkl { get; } =
    [
        Default, Of("MKL_ENABLE_INSTRUCTIONS", "AVX512"), Of("MKL_ENABLE_INSTRUCTIONS", "AVX2"),
    ];

    public static CodePath Of(string variable, string value) =>
        new($"{variable}={value}", new Dictionary<string, string> { [variable] = value });
}

/// <summary>One contender: a library and how it is used.</summary>
/// <param name="Name">As <c>--peers</c> takes it.</param>
/// <param name="Group">Contenders of one group are one library in several ways; the fastest counts.</param>
/// <param name="Does">Which cases it can be compared in.</param>
/// <param name="Program">The worker, or why there is none.</param>
public sealed record PeerImplementation(
    string Name, string Group, Func<PeerCase, bool> Does, Func<PeerProgram> Program)
{
    /// <summary>The name of this project's own side.</summary>
    public const string Ours = "hybrid";

    /// <summary>And its name with factors in tf32: the same group.</summary>
    public const string OursTf32 = "hybrid-tf32";

    const string LibTorch = "libtorch", PyTorch = "pytorch";

    /// <summary>Code paths to try before the first round; the fastest is used.</summary>
    public IReadOnlyList<CodePath> CodePaths { get; init; } = [CodePath.Default];

    /// <summary>Whether it can work on a GPU.</summary>
    public bool OnGpu { get; init; }

    /// <summary>Whether it can work on the host.</summary>
    public bool OnHost { get; init; } = true;

    /// <summary>What factors of products are rounded to; only equals are compared.</summary>
    public Precision Precision { get; init; }

    /// <remarks>
    /// Debian 12's OpenBLAS is older than some CPUs and takes a path for the oldest then. MKL picks by the
    /// maker of the CPU, so other makers' CPUs get their chance with a named set of instructions.
    /// </remarks>
    public static IReadOnlyList<PeerImplementation> All { get; } =
    [
        new(Ours, Ours, _ => true, PeerPrograms.Bench) { OnGpu = true },
        new("openblas", "openblas", work => work is GemmCase, PeerPrograms.OpenBlas)
        {
            CodePaths =
            [
                CodePath.Default, CodePath.Of("OPENBLAS_CORETYPE", "SkylakeX"),
                CodePath.Of("OPENBLAS_CORETYPE", "Zen"), CodePath.Of("OPENBLAS_CORETYPE", "Haswell"),
            ],
        },
        new("mkl", "mkl", work => work is GemmCase, PeerPrograms.Torch)
        {
            CodePaths = CodePath.OfMkl,
        },
        new("torch", LibTorch, _ => true, PeerPrograms.Torch) { CodePaths = CodePath.OfMkl },
        new("torch-fused", LibTorch, HasAdam, PeerPrograms.Torch) { CodePaths = CodePath.OfMkl },
        new("torch-channels-last", LibTorch, work => work is ConvCase, PeerPrograms.Torch),
        new("python", PyTorch, _ => true, PeerPrograms.Python) { OnGpu = true },
        new("python-fused", PyTorch, HasAdam, PeerPrograms.Python) { OnGpu = true },
        new("python-channels-last", PyTorch, work => work is ConvCase, PeerPrograms.Python) { OnGpu = true },
        new("python-compile", PyTorch, work => work is StepCase, PeerPrograms.Python) { OnGpu = true },
        OnlyGpu("python-graph", PyTorch, Precision.Fp32, PeerPrograms.Python),
        OnlyGpu(OursTf32, Ours, Precision.Tf32, PeerPrograms.Bench),
        OnlyGpu("python-tf32", PyTorch, Precision.Tf32, PeerPrograms.Python),
        OnlyGpu("python-compile-tf32", PyTorch, Precision.Tf32, PeerPrograms.Python),
        OnlyGpu("python-graph-tf32", PyTorch, Precision.Tf32, PeerPrograms.Python),
    ];

    static PeerImplementation OnlyGpu(string name, string group, Precision precision, Func<PeerProgram> program) =>
        new(name, group, work => work is StepCase, program) { OnGpu = true, OnHost = false, Precision = precision };

    static bool HasAdam(PeerCase work) =>
        work is StepCase or ElementCase { Function: ElementFunction.Adam };
}

/// <summary>How to start a worker, or why it cannot be started.</summary>
/// <param name="Command">Program and arguments; the job's file follows.</param>
/// <param name="Missing">What is missing and how to get it.</param>
public sealed record PeerProgram(IReadOnlyList<string> Command, string? Missing)
{
    public static PeerProgram Of(params string[] command) => new(command, null);

    public static PeerProgram None(string missing) => new([], missing);
}
