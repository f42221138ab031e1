using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Devices.Gpu;

/// <summary>A kernel's arguments as the bytes that its PTX reads.</summary>
/// <remarks>
/// Fields in order, each at its natural alignment; a view is its address and its length. What to copy where is worked
/// out once per type; then a write allocates nothing.
/// </remarks>
static class KernelArguments<TArguments> where TArguments : struct
{
    delegate void Writer(ref readonly TArguments arguments, long to);

    static readonly Writer Copy;

    /// <summary>How many bytes they are.</summary>
    public static int Bytes { get; }

    static KernelArguments()
    {
        var arguments = Expression.Parameter(typeof(TArguments).MakeByRefType());
        var to = Expression.Parameter(typeof(long));
        var writes = new List<Expression>();
        Bytes = Append(arguments, 0, to, writes);
        Copy = Expression.Lambda<Writer>(Expression.Block(writes), arguments, to).Compile();
    }

    /// <param name="arguments">What a launch is given.</param>
    /// <param name="to">As many bytes as they are; what lies between fields stays as it is.</param>
    public static unsafe void Write(in TArguments arguments, Span<byte> to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to.Length, Bytes);
        fixed (byte* first = to) Copy(in arguments, (long)first);
    }

    /// <returns>The first byte behind the value.</returns>
    static int Append(Expression value, int at, Expression to, List<Expression> writes)
    {
        var alignment = Layout.AlignmentOf(value.Type);
        at = Align(at, alignment);
        if (Layout.IsView(value.Type))
        {
            writes.Add(Expression.Call(
                typeof(Layout), nameof(Layout.PutView), value.Type.GetGenericArguments(), Place(at), value));
            return at + Layout.ViewBytes;
        }
        if (value.Type.IsEnum || value.Type.IsPrimitive)
        {
            writes.Add(Expression.Call(typeof(Layout), nameof(Layout.Put), [value.Type], Place(at), value));
            return at + Layout.AlignmentOf(value.Type);
        }
        foreach (var field in Layout.FieldsOf(value.Type))
            at = Append(Expression.Field(value, field), at, to, writes);
        return Align(at, alignment);

        Expression Place(int offset) => Expression.Add(to, Expression.Constant((long)offset));
    }

    static int Align(int at, int alignment) => (at + alignment - 1) / alignment * alignment;
}

/// <summary>How PTX lays types out.</summary>
static class Layout
{
    public const int ViewBytes = 2 * sizeof(long);

    /// <summary>A view's address, then its length.</summary>
    public static unsafe void PutView<T>(long to, ArrayView<T> view) where T : unmanaged
    {
        *(nint*)to = view.LoadEffectiveAddressAsPtr();
        ((long*)to)[1] = view.Length;
    }

    public static unsafe void Put<T>(long to, T value) where T : unmanaged => Unsafe.Write((void*)to, value);

    public static int AlignmentOf(Type type) =>
        IsView(type) ? sizeof(ulong)
        : type.IsEnum ? AlignmentOf(type.GetEnumUnderlyingType())
        : type.IsPrimitive ? Marshal.SizeOf(type)
        : FieldsOf(type).Max(field => AlignmentOf(field.FieldType));

    /// <summary>In the order of their declaration.</summary>
    public static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderBy(field => field.MetadataToken);

    public static bool IsView(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);
}
