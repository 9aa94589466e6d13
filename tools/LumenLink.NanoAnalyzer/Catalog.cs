using Microsoft.CodeAnalysis;

namespace LumenLink.NanoAnalyzer;

/// <summary>
/// Every rule of the gate with its words. A message says what is wrong on the device and what to write instead. All are
/// errors that no pragma, rule set or .editorconfig can turn off.
/// </summary>
internal static class Catalog
{
    public static readonly DiagnosticDescriptor Generic = Rule(
        1, "Generics", "'{0}' is generic: generics crash or hang at load. Instead: {1}.");

    public static readonly DiagnosticDescriptor StackAlloc = Rule(
        2, "stackalloc", "stackalloc throws on the device. Instead: a buffer allocated once at start-up.");

    public static readonly DiagnosticDescriptor Unsafe = Rule(
        3, "Pointers",
        "{0}: pointers are refused or silently do nothing. Instead: arrays with an index, or a delegate.");

    public static readonly DiagnosticDescriptor Checked = Rule(
        4, "checked", "{0}: checked arithmetic never throws on the device. Instead: compare with the limit first.");

    public static readonly DiagnosticDescriptor MultiDimensional = Rule(
        5, "Multidimensional array",
        "A multidimensional array crashes the device. Instead: one array and row * width + column, or "
            + "byte[][].");

    public static readonly DiagnosticDescriptor InterfaceBody = Rule(
        6, "Interface member with a body",
        "'{0}': interface members with a body, and static ones, throw on the device. Instead: an abstract "
            + "class, or a static class.");

    public static readonly DiagnosticDescriptor Async = Rule(
        7, "async", "{0}: there is no async on the device. Instead: do what is due in Tick and return the wait.");

    public static readonly DiagnosticDescriptor Yield = Rule(
        8, "yield", "There are no iterators on the device. Instead: fill an array, or write an IEnumerator.");

    public static readonly DiagnosticDescriptor Tuple = Rule(
        9, "Tuple",
        "There are no tuples on the device. Instead: out parameters or a small class; swap through a local.");

    public static readonly DiagnosticDescriptor Record = Rule(
        10, "Record", "'{0}': there are no records on the device. Instead: a sealed class with a constructor.");

    public static readonly DiagnosticDescriptor NullableValue = Rule(
        11, "Nullable value type",
        "'{0}': there are no nullable value types on the device. Instead: a bool beside the value, or a "
            + "reserved value.");

    public static readonly DiagnosticDescriptor ConditionalValue = Rule(
        12, "?. to a value type",
        "'?.' yields a value type here, which needs Nullable. Instead: compare with null first.");

    public static readonly DiagnosticDescriptor IndexOrRange = Rule(
        13, "Index or range",
        "'{0}': there are no indices from the end or ranges on the device. Instead: Length - n, or an offset "
            + "and a count.");

    public static readonly DiagnosticDescriptor Query = Rule(
        14, "Query", "There is no LINQ on the device. Instead: a loop.");

    public static readonly DiagnosticDescriptor Decimal = Rule(
        15, "decimal", "There is no decimal on the device. Instead: a long in the smallest unit, or double.");

    public static readonly DiagnosticDescriptor Dynamic = Rule(
        16, "dynamic", "There is no dynamic on the device. Instead: object and a cast.");

    public static readonly DiagnosticDescriptor Volatile = Rule(
        17, "volatile", "There is no volatile on the device. Instead: lock, or Interlocked on an int.");

    public static readonly DiagnosticDescriptor Covariant = Rule(
        18, "Covariant return",
        "'{0}' returns another type than what it overrides: refused on the device. Instead: the same return "
            + "type and a cast at the caller.");

    public static readonly DiagnosticDescriptor SpanByteStored = Rule(
        19, "SpanByte kept", "SpanByte lives on the stack only: {0}. Instead: keep the byte[] with offset and length.");

    public static readonly DiagnosticDescriptor NewerSyntax = Rule(
        20, "Newer than C# 9", "{0}: device code is C# 9. Instead: {1}.");

    public static readonly DiagnosticDescriptor EnumText = Rule(
        30, "Text of an enum",
        "An enum's text is its number on the device. Instead: a switch that names it, or a cast to int where "
            + "the number is meant.");

    public static readonly DiagnosticDescriptor MinusOne = Rule(
        31, "Division by -1",
        "Division or remainder by the constant -1 faults for MinValue. Instead: negate, or 0 for the "
            + "remainder.");

    public static readonly DiagnosticDescriptor MutableStatic = Rule(
        32, "Mutable static",
        "Static '{0}' can change: one process simulates many boards, and device state has one owner. Instead: "
            + "an instance field of an object that Program.Main composes.");

    public static readonly DiagnosticDescriptor StaticInitialiser = Rule(
        33, "Static initialiser",
        "The initialiser of static '{0}' {1}: initialisers run before Main, in the order of names. Instead: a "
            + "constant, or build it in Program.Main.");

    public static readonly DiagnosticDescriptor StaticConstructor = Rule(
        34, "Static constructor",
        "The static constructor of '{0}' runs before Main, and what it throws is lost. Instead: constants, or "
            + "build it in Program.Main.");

    public static readonly DiagnosticDescriptor HashtableKey = Rule(
        35, "Hashtable key",
        "'{0}' as a key: Hashtable on the device ignores Equals and GetHashCode. Instead: a string, an enum or a "
            + "primitive as key.");

    public static readonly DiagnosticDescriptor NulInString = Rule(
        36, "NUL in a string", "A string ends at its first NUL on the device. Instead: a byte array.");

    public static readonly DiagnosticDescriptor Extern = Rule(
        37, "extern", "An extern member needs native code that no stock image has. Instead: managed code.");

    public static readonly DiagnosticDescriptor Conditional = Rule(
        38, "Conditional source",
        "{0}: the board may be built from other lines than the gate reads. Instead: one source for every build, and "
            + "what differs in a file of its own.");

    public static readonly DiagnosticDescriptor StaysUnsigned = Rule(
        39, "Signed from unsigned",
        "On the device this stays unsigned in shifts, remainders and wider types, and so does what is computed of it. "
            + "Instead: {0}.");

    public static readonly DiagnosticDescriptor HousePolicy = Rule(
        40, "House rule", "'{0}' is not for device code here. Instead: {1}.");

    public static readonly DiagnosticDescriptor Missing = Rule(
        50, "Missing on nanoFramework", "nanoFramework lacks '{0}'. Instead: {1}.");

    public static readonly DiagnosticDescriptor NotListed = Rule(
        51, "Not in nano-api",
        "Not in firmware/nano-api: if nanoFramework has it, add the line; else write it without. The "
            + "compiler: {0}");

    public static readonly DiagnosticDescriptor CompilerNeeds = Rule(
        52, "Construct needs what nanoFramework lacks",
        "This construct needs a type that nanoFramework lacks: write it without. The compiler: {0}");

    public static readonly DiagnosticDescriptor GateFile = Rule(90, "Gate file", "{0}");

    public static readonly DiagnosticDescriptor CompilerSays = Rule(99, "Compiler error", "The compiler: {0}");

    private static DiagnosticDescriptor Rule(int number, string title, string message) => new(
        $"LLNANO{number:000}", title, message, "nanoFramework", DiagnosticSeverity.Error, isEnabledByDefault: true,
        customTags: [WellKnownDiagnosticTags.NotConfigurable]);
}
