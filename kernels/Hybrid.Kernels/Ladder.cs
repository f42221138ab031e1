using System.Reflection;
using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// What one launch has to move and to compute: the roofline's two axes.
/// </summary>
/// <param name="BytesRead">
/// Bytes that must be read once, however often caches serve them.
/// </param>
/// <param name="BytesWritten">Bytes that must be written once.</param>
/// <param name="Flops">Floating-point operations; a fused multiply-add counts 2.</param>
/// <param name="Transcendentals">Calls of exp, log and the like.</param>
public readonly record struct Cost(
    long BytesRead, long BytesWritten, long Flops, long Transcendentals)
{
    /// <summary>The arithmetic of one evaluation, as its attribute states it.</summary>
    public static Cost Of<TFormula>() where TFormula : IFormula
    {
        var stated = typeof(TFormula).GetCustomAttribute<FormulaAttribute>()!;
        return new(0, 0, stated.Flops, stated.Transcendentals);
    }

    public static Cost operator +(Cost a, Cost b) => new(
        a.BytesRead + b.BytesRead, a.BytesWritten + b.BytesWritten,
        a.Flops + b.Flops, a.Transcendentals + b.Transcendentals);

    public static Cost operator *(long times, Cost cost) => new(
        times * cost.BytesRead, times * cost.BytesWritten,
        times * cost.Flops, times * cost.Transcendentals);
}

/// <summary>
/// One version of an operation: a kernel, the idea that sets it apart, its grid.
/// </summary>
public abstract class Rung(string idea, MethodInfo kernel, int block, int? together)
{
    /// <summary>
    /// The method's name, which a profiler shows: <c>KlRows_V2_WarpPerRow</c>.
    /// </summary>
    public string Name => Kernel.Name;

    public string Idea { get; } = idea;

    public MethodInfo Kernel { get; } = kernel;

    /// <summary>The most threads a block has; ptxas shares out registers by it.</summary>
    public int Block { get; } = block;

    /// <summary>
    /// Blocks that a multiprocessor must have room for at once: ptxas keeps to the registers
    /// that this leaves. Null: it may take what it likes.
    /// </summary>
    public int? Together { get; } = together;

    public KernelSpecialization Specialization => new(Block, Together);

    public override string ToString() => Name;
}

/// <inheritdoc/>
/// <typeparam name="TArguments">
/// Everything the kernel reads and writes, as one struct.
/// </typeparam>
public sealed class Rung<TArguments>(
    string idea, Action<TArguments> kernel, Func<TArguments, KernelConfig> grid,
    int block = Grids.Block, int? together = null)
    : Rung(idea, kernel.Method, block, together)
    where TArguments : struct
{
    public Action<TArguments> Body { get; } = kernel;

    /// <summary>How many blocks of how many threads these arguments need.</summary>
    public KernelConfig Grid(in TArguments arguments) => grid(arguments);
}

/// <summary>All versions of an operation.</summary>
public abstract class Ladder(string operation)
{
    /// <summary>The operation's name: <c>KlRows</c>.</summary>
    public string Operation { get; } = operation;

    /// <summary>Slowest first.</summary>
    public abstract IReadOnlyList<Rung> Rungs { get; }

    /// <summary>
    /// The rung that training launches unless the shape asks for another: the last,
    /// unless there is a reason.
    /// </summary>
    public abstract Rung InUse { get; }

    /// <summary>Why the rung in use is not the last; null where it is.</summary>
    public string? Reason { get; protected init; }

    /// <summary>Rungs of launches of other shapes, and which those are.</summary>
    public abstract IReadOnlyList<(Rung Rung, string Shapes)> Others { get; }

    public override string ToString() => Operation;

    /// <summary>Every ladder of this assembly, by name.</summary>
    public static IReadOnlyList<Ladder> All { get; } =
    [
        .. typeof(Ladder).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.FieldType.IsSubclassOf(typeof(Ladder)))
            .Select(field => (Ladder)field.GetValue(null)!)
            .OrderBy(ladder => ladder.Operation, StringComparer.Ordinal),
    ];
}

/// <summary>Which rung is in use where it is not the last.</summary>
/// <param name="Rung">Its name.</param>
/// <param name="Reason">What speaks against the rungs behind it.</param>
public sealed record Choice(string Rung, string Reason);

/// <summary>Shapes whose launches take another rung. All rungs give the same bits.</summary>
/// <param name="Rung">Its name.</param>
/// <param name="Shapes">Which, in words.</param>
/// <param name="Fits">Which.</param>
public sealed record ForShapes<TArguments>(
    string Rung, string Shapes, Func<TArguments, bool> Fits);

/// <inheritdoc/>
public sealed class Ladder<TArguments> : Ladder where TArguments : struct
{
    readonly Rung<TArguments>[] rungs;
    readonly Func<TArguments, Cost> cost;
    readonly (Rung<TArguments> Rung, ForShapes<TArguments> Shapes)[] others;

    /// <param name="operation">The operation's name.</param>
    /// <param name="cost">What a launch with these arguments moves and computes.</param>
    /// <param name="rungs">Slowest first, as far as counts can say.</param>
    /// <param name="choice">The rung in use; the last where null.</param>
    /// <param name="others">Shapes that take another one; the first that fits counts.</param>
    /// <exception cref="ArgumentException">No rung is called like that.</exception>
    public Ladder(
        string operation, Func<TArguments, Cost> cost, Rung<TArguments>[] rungs,
        Choice? choice = null, params ForShapes<TArguments>[] others)
        : base(operation)
    {
        (this.cost, this.rungs, Reason) = (cost, rungs, choice?.Reason);
        InUse = choice is null ? rungs[^1] : Named(choice.Rung);
        this.others = Array.ConvertAll(others, shapes => (Named(shapes.Rung), shapes));
    }

    public override IReadOnlyList<Rung<TArguments>> Rungs => rungs;

    public override Rung<TArguments> InUse { get; }

    public override IReadOnlyList<(Rung Rung, string Shapes)> Others =>
        Array.ConvertAll(others, other => ((Rung)other.Rung, other.Shapes.Shapes));

    /// <summary>The rung that training launches with these arguments.</summary>
    public Rung<TArguments> For(in TArguments arguments)
    {
        foreach (var (rung, shapes) in others)
            if (shapes.Fits(arguments)) return rung;
        return InUse;
    }

    Rung<TArguments> Named(string rung) =>
        Array.Find(rungs, one => one.Name == rung)
            ?? throw new ArgumentException($"{Operation} has no rung {rung}.");

    public Cost Cost(in TArguments arguments) => cost(arguments);
}
