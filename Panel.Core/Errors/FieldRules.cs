using System.ComponentModel.DataAnnotations;

namespace Panel.Core.Errors;

/// <summary>Checks the rules that stand on the fields of a request: the one place where every operation does so.</summary>
public static class FieldRules
{
    /// <summary>Refuses a request that breaks a rule of a field.</summary>
    /// <exception cref="InvalidFieldException">Names every field and rule, as the request spells them.</exception>
    public static void Require(object request)
    {
        var faults = new List<ValidationResult>();
        if (Validator.TryValidateObject(request, new(request), faults, validateAllProperties: true)) return;
        throw new InvalidFieldException(faults
            .SelectMany(fault => fault.MemberNames.DefaultIfEmpty(""), (fault, field) => (field, rule: fault.ErrorMessage ?? "This value is not allowed."))
            .GroupBy(fault => fault.field, fault => fault.rule)
            .ToDictionary(field => field.Key, field => field.ToArray()));
    }
}
