using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using Hybrid.Ptx;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels.Tests;

/// <summary>Runs a rung's real PTX, without a GPU.</summary>
static class PtxMachine
{
    static readonly ConcurrentDictionary<string, Program> Programs = [];
    static readonly Lazy<PtxCompiler> Compiler = new(KernelContext.PtxCompiler);

    public static Program ProgramOf(Rung rung) => Programs.GetOrAdd(rung.Name, _ =>
    {
        lock (Compiler) return Program.Parse(Compiler.Value.Compile(rung), "Kernel_" + rung.Name);
    });

    /// <summary>Runs a kernel on memory that <paramref name="memory"/> knows.</summary>
    public static Counters Run<TArguments>(Rung<TArguments> rung, in TArguments arguments, GlobalMemory memory)
        where TArguments : struct
    {
        var config = rung.Grid(arguments);
        return Launch.Run(
            ProgramOf(rung), SizeOf(config.GridDim), SizeOf(config.GroupDim), BytesOf(arguments), memory);
    }

    static Size SizeOf(Index3D size) => new(size.X, size.Y, size.Z);

    /// <summary>
    /// The bytes that ILGPU would send: fields in order at their natural alignment, a view as its address and length.
    /// </summary>
    public static byte[] BytesOf(object arguments)
    {
        var bytes = new List<byte>();
        Append(arguments, bytes);
        Pad(bytes, AlignmentOf(arguments.GetType()));
        return [.. bytes];
    }

    static void Append(object value, List<byte> bytes)
    {
        var type = value.GetType();
        Pad(bytes, AlignmentOf(type));
        if (type.IsEnum) type = type.GetEnumUnderlyingType();
        if (IsView(type))
        {
            bytes.AddRange(BitConverter.GetBytes(AddressOf(value)));
            bytes.AddRange(BitConverter.GetBytes((long)type.GetProperty("Length")!.GetValue(value)!));
        }
        else if (type.IsPrimitive)
            bytes.AddRange(value switch
            {
                float x => BitConverter.GetBytes(x),
                int x => BitConverter.GetBytes(x),
                uint x => BitConverter.GetBytes(x),
                long x => BitConverter.GetBytes(x),
                ulong x => BitConverter.GetBytes(x),
                Enum x => BitConverter.GetBytes(Convert.ToInt32(x)),
                _ => throw new NotSupportedException($"an argument of type {type}"),
            });
        else
        {
            foreach (var field in FieldsOf(type)) Append(field.GetValue(value)!, bytes);
            Pad(bytes, AlignmentOf(type));
        }
    }

    static int AlignmentOf(Type type) =>
        IsView(type) ? 8
        : type.IsEnum ? AlignmentOf(type.GetEnumUnderlyingType())
        : type.IsPrimitive ? Marshal.SizeOf(type)
        : FieldsOf(type).Max(field => AlignmentOf(field.FieldType));

    static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderBy(field => field.MetadataToken);

    static bool IsView(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);

    static long AddressOf(object view) => (long)(nint)typeof(PtxMachine)
        .GetMethod(nameof(Address), BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(view.GetType().GetGenericArguments()).Invoke(null, [view])!;

    static nint Address<T>(ArrayView<T> view) where T : unmanaged => view.LoadEffectiveAddressAsPtr();

    static void Pad(List<byte> bytes, int alignment)
    {
        while (bytes.Count % alignment != 0) bytes.Add(0);
    }
}
