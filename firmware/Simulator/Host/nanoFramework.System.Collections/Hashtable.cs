using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace System.Collections;

/// <summary>
/// A table of keys and values. Overridden GetHashCode and Equals of class keys are ignored, as on the device:
/// strings, boxed
/// primitives and enums compare by value, everything else by identity. The order of enumeration is the same in every
/// run.
/// </summary>
public class Hashtable : ICloneable, IDictionary, ICollection, IEnumerable
{
    private readonly Dictionary<object, object?> _entries;

    public Hashtable() => _entries = new Dictionary<object, object?>(DeviceKeys.Instance);

    public Hashtable(int capacity) => _entries = new Dictionary<object, object?>(capacity, DeviceKeys.Instance);

    private Hashtable(Hashtable other) =>
        _entries = new Dictionary<object, object?>(other._entries, DeviceKeys.Instance);

    public int Count => _entries.Count;

    public ICollection Keys => new ArrayList(_entries.Keys);

    public ICollection Values => new ArrayList(_entries.Values);

    public bool IsReadOnly => false;

    public bool IsFixedSize => false;

    public bool IsSynchronized => false;

    public object SyncRoot => this;

    public object? this[object key]
    {
        get => _entries.TryGetValue(key, out object? value) ? value : null;
        set => _entries[key] = value;
    }

    public IEnumerator GetEnumerator() => new Enumerator(_entries);

    public void Add(object key, object? value) => _entries.Add(key, value);

    public void Clear() => _entries.Clear();

    public bool Contains(object key) => _entries.ContainsKey(key);

    public void Remove(object key) => _entries.Remove(key);

    public object Clone() => new Hashtable(this);

    public void CopyTo(Array array, int index)
    {
        foreach (object entry in this) array.SetValue(entry, index++);
    }

    private sealed class DeviceKeys : IEqualityComparer<object>
    {
        public static readonly DeviceKeys Instance = new();

        public new bool Equals(object? first, object? second) =>
            ReferenceEquals(first, second) || (first is string or ValueType && first.Equals(second));

        public int GetHashCode(object key) =>
            key is string or ValueType ? key.GetHashCode() : RuntimeHelpers.GetHashCode(key);
    }

    private sealed class Enumerator(Dictionary<object, object?> entries) : IDictionaryEnumerator
    {
        private Dictionary<object, object?>.Enumerator _entries = entries.GetEnumerator();

        public object Key => _entries.Current.Key;

        public object? Value => _entries.Current.Value;

        public DictionaryEntry Entry => new(Key, Value);

        public object Current => Entry;

        public bool MoveNext() => _entries.MoveNext();

        public void Reset() => _entries = entries.GetEnumerator();
    }
}
