with

periods as (
    select * from {{ source('posted', 'periods') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by entity_id, month
            order by close_no desc
        ) as action_rank
    from periods
),

renamed as (
    select
        entity_id,
        month,

        action,
        requested_by,
        code_version,
        seeds_hash,
        row_hash,
        chain_hash,
        figures,

        close_no,
        last_file_no,

        action = 'close' as is_closed,

        known_on,
        closed_at
    from ranked
    where action_rank = 1
)

select * from renamed
