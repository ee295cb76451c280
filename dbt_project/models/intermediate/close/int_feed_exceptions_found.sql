with

quarantine as (
    select * from {{ ref('stg_feeds__quarantine') }}
),

accepted_keys as (
    select * from {{ ref('stg_feeds__accepted_keys') }}
),

files as (
    select * from {{ ref('stg_feeds__files') }}
),

-- The same key in good form answers for a bad row: loaded after it, or a version no older than it.
answered_by_key as (
    select
        quarantine.file_no,
        quarantine.object,
        quarantine.source_row
    from quarantine
    inner join accepted_keys
        on quarantine.feed = accepted_keys.feed
            and quarantine.object = accepted_keys.object
            and quarantine.key_text = accepted_keys.key_text
    where accepted_keys.file_no > quarantine.file_no
        or (
            accepted_keys.file_no = quarantine.file_no
            and accepted_keys.source_row > quarantine.source_row
        )
        or accepted_keys.updated_at >= quarantine.updated_at
    group by quarantine.file_no, quarantine.object, quarantine.source_row
),

-- What has no key, or broke apart, is known by where it stands: its file sent again under the same
-- name answers for it, unless the same place is in bad form there too.
answered_by_file as (
    select
        quarantine.file_no,
        quarantine.object,
        quarantine.source_row
    from quarantine
    inner join files
        on quarantine.source_file = files.source_file
            and quarantine.file_no < files.file_no
            and files.status = 'loaded'
            and coalesce(quarantine.source_row, 0) <= files.rows_read
    left join quarantine as again
        on files.file_no = again.file_no
            and coalesce(quarantine.object, '') = coalesce(again.object, '')
            and coalesce(quarantine.source_row, 0) = coalesce(again.source_row, 0)
    where (quarantine.key_text is null or quarantine.column_name is null)
        and again.file_no is null
    group by quarantine.file_no, quarantine.object, quarantine.source_row
),

answered as (
    select * from answered_by_key
    union
    select * from answered_by_file
),

found as (
    select
        case
            when quarantine.source_row is null then 'refused_file'
            else 'quarantined_row'
        end as kind,
        coalesce(quarantine.object, 'files') as object,
        coalesce(
            quarantine.key_text,
            quarantine.source_file || coalesce('#' || quarantine.source_row, '')
        ) as key,
        quarantine.entity_id,
        quarantine.dated_on,
        quarantine.currency,
        quarantine.amount,
        quarantine.reason,
        quarantine.remedy,
        quarantine.source_file,
        quarantine.source_row
    from quarantine
    left join answered
        on quarantine.file_no = answered.file_no
            and coalesce(quarantine.object, '') = coalesce(answered.object, '')
            and coalesce(quarantine.source_row, 0) = coalesce(answered.source_row, 0)
    where answered.file_no is null
)

select * from found
